use std::str::FromStr;

use crate::{
    service::ServiceId,
    text::{InvalidText, is_visible_ascii, text},
};

/// What names a service among actors, before its id.
const SERVICE: &str = "service:";

/// Who did what happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Actor {
    /// The person whom the event is about; also an operator, who has no name yet.
    #[default]
    Person,
    /// A back end of the team.
    Service(ServiceId),
}

impl Actor {
    /// Its name in the store: `service:` and the id; `None` for the person.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Person => None,
            Self::Service(id) => Some(format!("{SERVICE}{id}")),
        }
    }
}

impl FromStr for Actor {
    type Err = InvalidText;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let id = name.strip_prefix(SERVICE).and_then(|id| id.parse().ok());
        id.map(Self::Service)
            .ok_or(InvalidText::new("`service:` and the id of a service", "`service:` 加 service 的 id"))
    }
}

text! {
    /// What else is to be known of an event, in a few words that a program can read.
    EventDetail, "1 to 128 visible ASCII characters", "1 到 128 个可见 ASCII 字符", |text| is_visible_ascii(text, 128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_who_it_was() {
        let service = Actor::Service("shop".parse().unwrap());
        assert_eq!(service.name().as_deref(), Some("service:shop"));
        assert_eq!("service:shop".parse(), Ok(service));
        assert_eq!(Actor::Person.name(), None);
        for name in ["", "shop", "service:", "service:a b", "Service:shop"] {
            assert!(name.parse::<Actor>().is_err(), "{name}");
        }
    }
}
