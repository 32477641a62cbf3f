use std::str::FromStr;

use crate::{
    service::ServiceId,
    text::{InvalidText, is_visible_ascii, text},
};

/// What names a service among actors, before its id.
const SERVICE: &str = "service:";

/// What names an operator among actors, before their name.
const OPERATOR: &str = "operator:";

/// The name of whoever runs commands on the server's machine.
const SHELL: &str = "shell";

/// The name of WeChat among actors.
const WECHAT: &str = "wechat";

/// Who did what happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Actor {
    /// The person whom the event is about.
    #[default]
    Person,
    /// A back end of the team.
    Service(ServiceId),
    /// An operator, in the console.
    Operator(OperatorName),
    /// An operator, by a command on the server's machine.
    Shell,
    /// WeChat, by a push.
    WeChat,
}

impl Actor {
    /// Its name in the store: `service:` and the id, `operator:` and the name, `shell` or `wechat`; `None` for
    /// the person.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Person => None,
            Self::Service(id) => Some(format!("{SERVICE}{id}")),
            Self::Operator(name) => Some(format!("{OPERATOR}{name}")),
            Self::Shell => Some(SHELL.to_owned()),
            Self::WeChat => Some(WECHAT.to_owned()),
        }
    }
}

impl FromStr for Actor {
    type Err = InvalidText;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name == SHELL {
            return Ok(Self::Shell);
        }
        if name == WECHAT {
            return Ok(Self::WeChat);
        }
        let service = || Some(Self::Service(name.strip_prefix(SERVICE)?.parse().ok()?));
        let operator = || Some(Self::Operator(name.strip_prefix(OPERATOR)?.parse().ok()?));
        service().or_else(operator).ok_or(InvalidText::new(
            "`service:` and the id of a service, `operator:` and a name, `shell`, or `wechat`",
            "`service:` 加 service 的 id、`operator:` 加名字、`shell`，或 `wechat`",
        ))
    }
}

text! {
    /// The name of an operator.
    OperatorName, "1 to 64 visible ASCII characters without a colon", "1 到 64 个可见 ASCII 字符，不含冒号",
    |text| is_visible_ascii(text, 64) && !text.contains(':')
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
        let operator = Actor::Operator("li.lei".parse().unwrap());
        assert_eq!(operator.name().as_deref(), Some("operator:li.lei"));
        assert_eq!("operator:li.lei".parse(), Ok(operator));
        assert_eq!(Actor::Shell.name().as_deref(), Some("shell"));
        assert_eq!("shell".parse(), Ok(Actor::Shell));
        assert_eq!(Actor::WeChat.name().as_deref(), Some("wechat"));
        assert_eq!("wechat".parse(), Ok(Actor::WeChat));
        assert_eq!(Actor::Person.name(), None);
        for name in
            ["", "shop", "service:", "service:a b", "Service:shop", "operator:", "operator:a:b", "Shell"]
        {
            assert!(name.parse::<Actor>().is_err(), "{name}");
        }
    }
}
