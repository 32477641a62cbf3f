use crate::text::{InvalidText, has_control, is_visible_ascii, text};

/// The longest nickname, in characters. WeChat's own are shorter.
const LONGEST_NICKNAME: usize = 64;

/// The longest of the other texts, in characters.
const LONGEST_TEXT: usize = 64;

/// The longest address of an avatar, in bytes.
const LONGEST_AVATAR_URL: usize = 1024;

text! {
    /// What a user calls themselves; any script, emoji included. May be empty.
    Nickname, "at most 64 characters, none of them a control character",
    "不超过 64 个字符的文本，不含控制字符",
    |text| is_short(text, LONGEST_NICKNAME)
}

text! {
    /// A language, country, province or city, as the user or WeChat wrote it. May be empty.
    ProfileText, "at most 64 characters, none of them a control character",
    "不超过 64 个字符的文本，不含控制字符",
    |text| is_short(text, LONGEST_TEXT)
}

text! {
    /// Where a user's picture lies. May be empty.
    AvatarUrl, "empty, or an http or https URL of at most 1024 visible ASCII characters",
    "空字符串，或不超过 1024 个可见 ASCII 字符的 http 或 https 地址",
    |text| text.is_empty() || is_web_address(text)
}

fn is_short(text: &str, longest: usize) -> bool {
    (text.len() <= longest || text.chars().count() <= longest) && !has_control(text)
}

fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && is_visible_ascii(text, LONGEST_AVATAR_URL)
}

macro_rules! lenient {
    ($name:ident, $longest:expr) => {
        impl $name {
            /// The empty text.
            pub const fn empty() -> Self {
                Self(String::new())
            }

            /// What can be kept of a text that WeChat gave: without control characters, and cut
            /// to length. A login must not fail over a nickname.
            pub fn kept(text: &str) -> Self {
                if is_short(text, $longest) {
                    return Self(text.to_owned());
                }
                Self(text.chars().filter(|character| !character.is_control()).take($longest).collect())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::empty()
            }
        }
    };
}

lenient!(Nickname, LONGEST_NICKNAME);
lenient!(ProfileText, LONGEST_TEXT);

impl AvatarUrl {
    /// No picture.
    pub const fn empty() -> Self {
        Self(String::new())
    }

    /// The address that WeChat gave, or none where it is not one.
    pub fn kept(text: &str) -> Self {
        text.parse().unwrap_or_default()
    }
}

impl Default for AvatarUrl {
    fn default() -> Self {
        Self::empty()
    }
}

/// A gender, in WeChat's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gender {
    /// 0: not told. WeChat gives no other since 2021.
    #[default]
    Unknown,
    /// 1.
    Male,
    /// 2.
    Female,
}

impl Gender {
    /// WeChat's number.
    pub const fn number(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Male => 1,
            Self::Female => 2,
        }
    }
}

impl TryFrom<u8> for Gender {
    type Error = InvalidText;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            0 => Ok(Self::Unknown),
            1 => Ok(Self::Male),
            2 => Ok(Self::Female),
            _ => Err(InvalidText::new("0 (unknown), 1 (male) or 2 (female)", "0（未知）、1（男）或 2（女）")),
        }
    }
}

/// What a user shows of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// What they call themselves.
    pub nickname: Nickname,
    /// Their picture.
    pub avatar_url: AvatarUrl,
    /// Their gender.
    pub gender: Gender,
    /// The language of their WeChat.
    pub language: ProfileText,
    /// Their country.
    pub country: ProfileText,
    /// Their province.
    pub province: ProfileText,
    /// Their city.
    pub city: ProfileText,
}

/// New values for some fields of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// A new nickname.
    pub nickname: Option<Nickname>,
    /// A new picture.
    pub avatar_url: Option<AvatarUrl>,
    /// A new gender.
    pub gender: Option<Gender>,
    /// A new language.
    pub language: Option<ProfileText>,
    /// A new country.
    pub country: Option<ProfileText>,
    /// A new province.
    pub province: Option<ProfileText>,
    /// A new city.
    pub city: Option<ProfileText>,
}

/// The nickname that WeChat gives everybody.
const ANONYMOUS_NICKNAME: &str = "微信用户";

impl ProfileChange {
    /// Whether nothing is to change.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The profile with this change made.
    #[must_use]
    pub fn applied_to(&self, profile: &Profile) -> Profile {
        fn new<T: Clone>(change: Option<&T>, before: &T) -> T {
            change.unwrap_or(before).clone()
        }
        Profile {
            nickname: new(self.nickname.as_ref(), &profile.nickname),
            avatar_url: new(self.avatar_url.as_ref(), &profile.avatar_url),
            gender: new(self.gender.as_ref(), &profile.gender),
            language: new(self.language.as_ref(), &profile.language),
            country: new(self.country.as_ref(), &profile.country),
            province: new(self.province.as_ref(), &profile.province),
            city: new(self.city.as_ref(), &profile.city),
        }
    }

    /// The change to what open data discloses. Open data is anonymous today: what it leaves out (an
    /// empty text, gender 0, everybody's nickname with everybody's picture) must not wipe out what the
    /// user typed in.
    pub fn to_what_is_disclosed(profile: Profile) -> Self {
        let disclosed = |text: ProfileText| (!text.as_str().is_empty()).then_some(text);
        let is_anonymous =
            profile.nickname.as_str() == ANONYMOUS_NICKNAME || profile.nickname.as_str().is_empty();
        Self {
            nickname: (!is_anonymous).then_some(profile.nickname),
            avatar_url: (!is_anonymous && !profile.avatar_url.as_str().is_empty())
                .then_some(profile.avatar_url),
            gender: (profile.gender != Gender::Unknown).then_some(profile.gender),
            language: disclosed(profile.language),
            country: disclosed(profile.country),
            province: disclosed(profile.province),
            city: disclosed(profile.city),
        }
    }
}
