//! The pages that are measured. A new one is a line below.

use std::fmt::Display;

use domain::event::EventKind;
use serde_json::{Value, json};

use super::{
    operator::Operator,
    scale::{
        ABSENT, BUSY, RARE, SHARED_PREFIX, Scale, USUAL_NICKNAME, national_number, nickname, pseudonym,
        request_id, rid, scattered, unionid,
    },
};
use crate::seed::openid;

/// A search, a list or a page, with the requests that are sent for it in turn.
pub(super) struct Page {
    pub(super) what: &'static str,
    pub(super) requests: Vec<Request>,
}

/// A request of the console.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) path: String,
    /// What is posted; `None` for a GET.
    pub(super) body: Option<Value>,
}

impl Request {
    /// The same for the page after the row with this id.
    fn after(mut self, id: impl Display) -> Self {
        let id = id.to_string();
        if let Some(body) = &mut self.body {
            body["after"] = id.into();
        } else {
            let separator = if self.path.contains('?') { '&' } else { '?' };
            self.path = format!("{}{separator}after={id}", self.path);
        }
        self
    }
}

fn get(path: impl Into<String>) -> Request {
    Request { path: path.into(), body: None }
}

fn search(text: impl Display) -> Request {
    Request { path: "/admin/v1/users/search".to_owned(), body: Some(json!({ "text": text.to_string() })) }
}

/// The pages, as far as they are listed.
struct List<'a> {
    operator: &'a Operator,
    scale: Scale,
    /// How many different requests a page has, where they differ.
    count: usize,
    pages: Vec<Page>,
}

impl List<'_> {
    /// Adds a page, with the request of each turn.
    fn add(&mut self, what: &'static str, request: impl Fn(usize) -> Request) {
        self.pages.push(Page { what, requests: (0..self.count).map(request).collect() });
    }

    /// Adds the page that follows on the one which answers `first`, if there is so much on record.
    fn add_next(&mut self, what: &'static str, first: Request) -> Result<(), String> {
        let next = self.operator.next(&first)?.map(|next| first.after(next));
        self.pages.extend(next.map(|next| Page { what, requests: vec![next] }));
        Ok(())
    }
}

/// Every page, each with up to `count` different requests.
pub(super) fn pages(operator: &Operator, scale: Scale, count: usize) -> Result<Vec<Page>, String> {
    let mut list = List { operator, scale, count, pages: Vec::new() };
    list.add("who is signed in", |_| get("/admin/v1/me"));
    list.add("the overview of a week", |_| get("/admin/v1/overview?hours=168"));
    list.add("keys", |_| get("/admin/v1/keys"));
    list.add("services", |_| get("/admin/v1/services"));
    add_people(&mut list)?;
    add_persons(&mut list);
    add_events(&mut list)?;
    add_diagnoses(&mut list)?;
    Ok(list.pages)
}

/// A user id that nobody has.
const NOBODY: &str = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31";

fn add_people(list: &mut List<'_>) -> Result<(), String> {
    let scale = list.scale;
    let user = |turn| scale.user(turn);
    // One in the middle of those whose numbers end like that, which have the same beginning of a nickname.
    let middle = |turn: usize, digit: usize| scale.user_id((scale.users / 2 + turn) / 10 * 10 + digit);
    list.add("people: a user id", |turn| search(scale.user_id(user(turn))));
    list.add("people: a user id that nobody has", |_| search(NOBODY));
    list.add("people: a phone number", |turn| search(national_number(user(turn) / 5 * 5)));
    list.add("people: a phone number that nobody has", |turn| search(format!("188{turn:08}")));
    list.add("people: an openid", |turn| search(openid(user(turn))));
    list.add("people: an openid that nobody has", |turn| search(format!("oNobody{turn:021}")));
    list.add("people: a unionid", |turn| search(unionid(user(turn) / 2 * 2)));
    list.add("people: a nickname", |turn| search(nickname(user(turn) / 10 * 10 + 5)));
    list.add("people: a beginning of a tenth of the nicknames", |_| search(SHARED_PREFIX));
    list.add_next("… the second page", search(SHARED_PREFIX))?;
    list.add("… a page in the middle", |turn| search(SHARED_PREFIX).after(middle(turn, 3)));
    list.add("people: a nickname that three tenths have", |_| search(USUAL_NICKNAME));
    list.add_next("… the second page", search(USUAL_NICKNAME))?;
    list.add("… a page in the middle", |turn| search(USUAL_NICKNAME).after(middle(turn, 0)));
    list.add("… the last page", |_| search(USUAL_NICKNAME).after(scale.user_id(scale.users - 10)));
    Ok(())
}

fn add_persons(list: &mut List<'_>) {
    let scale = list.scale;
    let path = |user| format!("/admin/v1/users/{}", scale.user_id(user));
    list.add("a person", |turn| get(path(scale.user(turn))));
    list.add("a person with 10^4 events", |_| get(path(BUSY)));
    let whole = |user| Request { path: format!("{}/show-whole", path(user)), body: Some(json!({})) };
    list.add("a person, shown whole (writes an event)", |turn| whole(scale.user(turn)));
}

fn add_events(list: &mut List<'_>) -> Result<(), String> {
    let scale = list.scale;
    let middle = |turn| scale.event_id(scale.events / 2 + turn);
    let events = |filter: &str| get(format!("/admin/v1/events{filter}"));
    let of_kind = |kind: EventKind| events(&format!("?kind={}", kind.as_str()));
    let of_user = |user| events(&format!("?user={}", scale.user_id(user)));
    list.add("events", |_| events(""));
    list.add_next("… the second page", events(""))?;
    list.add("… a page in the middle", |turn| events("").after(middle(turn)));
    list.add("events of a kind", |turn| of_kind(EventKind::ALL[turn % EventKind::ALL.len()]));
    list.add("… of logins, a page in the middle", |turn| of_kind(EventKind::LoggedIn).after(middle(turn)));
    list.add("… of a rare kind", |_| of_kind(RARE));
    list.add("… of a rare kind, a page in the middle", |turn| of_kind(RARE).after(middle(turn)));
    list.add("… of a kind that never happened", |_| of_kind(ABSENT));
    list.add("events of a user", |turn| of_user(scale.user(turn)));
    list.add("… of nobody", |_| events(&format!("?user={NOBODY}")));
    list.add("… of a user with 10^4", |_| of_user(BUSY));
    list.add_next("… the second page", of_user(BUSY))?;
    list.add("… a page in the middle", |turn| of_user(BUSY).after(middle(turn)));
    Ok(())
}

fn add_diagnoses(list: &mut List<'_>) -> Result<(), String> {
    let scale = list.scale;
    let some = |turn| scattered(turn) % scale.diagnoses;
    let user = |turn| scale.user_of_diagnosis(some(turn));
    let middle = |turn| scale.diagnosis_id(scale.diagnoses / 2 + turn);
    let diagnoses = |filter: &str| get(format!("/admin/v1/diagnoses{filter}"));
    let by = |name: &str, value: &dyn Display| diagnoses(&format!("?{name}={value}"));
    let of_busy = || by("user", &scale.user_id(BUSY));
    list.add("diagnoses", |_| diagnoses(""));
    list.add_next("… the second page", diagnoses(""))?;
    list.add("… a page in the middle", |turn| diagnoses("").after(middle(turn)));
    list.add("diagnoses of a request", |turn| by("request_id", &request_id(some(turn))));
    list.add("… of a request that nobody made", |_| by("request_id", &NOBODY));
    list.add("diagnoses by WeChat's rid", |turn| by("rid", &rid(some(turn))));
    list.add("diagnoses of an openid", |turn| by("openid", &openid(user(turn))));
    list.add("diagnoses by a pseudonym of the log", |turn| by("identity", &pseudonym(user(turn))));
    list.add("diagnoses of a user", |turn| by("user", &scale.user_id(user(turn))));
    list.add("… of nobody", |_| by("user", &NOBODY));
    list.add("… of a user with 1 % of them", |_| of_busy());
    list.add_next("… the second page", of_busy())?;
    list.add("… a page in the middle", |turn| of_busy().after(middle(turn)));
    Ok(())
}
