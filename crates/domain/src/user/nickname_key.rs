use super::Nickname;

/// The longest key, in characters.
const LONGEST: usize = 64;

/// By what a nickname is found: its characters in lower case. Keys sort by their bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NicknameKey(String);

impl NicknameKey {
    /// The key of a nickname, or of its beginning.
    pub fn of(text: &str) -> Self {
        Self(text.chars().flat_map(char::to_lowercase).take(LONGEST).collect())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&Nickname> for NicknameKey {
    fn from(nickname: &Nickname) -> Self {
        Self::of(nickname.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_in_lower_case_and_cut() {
        for (nickname, key) in
            [("LiLei", "lilei"), ("阿明 🌱", "阿明 🌱"), ("ÄRGER", "ärger"), ("İ", "i\u{307}"), ("", "")]
        {
            assert_eq!(NicknameKey::of(nickname).as_str(), key);
        }
        assert_eq!(NicknameKey::of(&"İ".repeat(64)).as_str().chars().count(), LONGEST);
    }
}
