//! By which indexes the databases find what operators look at. Every list, search and page of the admin API is in the
//! table below, with the plan of each statement that it runs. The same plans hold on SQLite and on MySQL.

mod explain;
mod rows;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{
    client::{ClientInfo, Origin},
    diagnosis::{DiagnosisFilter, DiagnosisId},
    event::{Actor, EventFilter, EventKind},
    hourly_count::Hour,
    ids::{EventId, PushId, UserId},
    operator::AuthenticateOperator,
    people::{PeopleQuery, SearchPeople, ShowPerson, ShowPersonCommand, Shown},
    push::PushFilter,
    store::Store,
    webhook::{DeliveryFilter, DeliveryId, DeliveryState},
};
use futures::future::BoxFuture;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use support::{
    FixedClock, MySqlServer, PlainBlindIndex, PlainSealer, SequenceIds, SequenceTokens, SqliteFile,
};

use self::explain::explain;
use crate::{Database, DatabaseConfig, connections::Connections, mysql, pools::Pools, sqlite};

/// As many rows as a page of the admin API has.
const PAGE: u32 = 50;

/// A list, a search or a page.
struct Page<'a> {
    what: &'static str,
    /// Of each statement, in order, which indexes it uses: the table's name and the index's, and `sorted` where the
    /// rows are not read in order. Of two that are as good, with `or` between them, the database may choose.
    plans: &'static [&'static str],
    load: BoxFuture<'a, ()>,
}

fn pages(console: &Console) -> Vec<Page<'_>> {
    let page = |what, plans, load| Page { what, plans, load };
    let (middle_event, middle_diagnosis) = (rows::event_id(2_500), rows::diagnosis_id(500));
    let busy = rows::user_id(rows::BUSY);
    let diagnoses_of = |filter, before| console.diagnoses(filter, before);
    vec![
        page(
            "a request of an operator",
            &["operator_sessions.PRIMARY", "operators.PRIMARY", "operator_sessions.PRIMARY"],
            console.authenticate(),
        ),
        page(
            "the counts of a week", // Failures are grouped by what follows the hour in the key.
            &["hourly_counts.PRIMARY", "hourly_counts.PRIMARY or hourly_counts.PRIMARY, sorted"],
            console.counts(),
        ),
        page("people by user id", &["users.PRIMARY"], console.search(busy.to_string(), None)),
        page(
            "people by phone number",
            &["phones.phones_blind_index", "users.PRIMARY"],
            console.search(rows::national_number(7), None),
        ),
        page(
            "people by openid, unionid and nickname",
            &[
                // The two indexes of a user's sessions that were not revoked differ in the order of their columns.
                "identities.PRIMARY, session_keys.PRIMARY, sessions.sessions_of_stranger, \
                 sessions.sessions_of_user, users.PRIMARY or \
                 identities.PRIMARY, session_keys.PRIMARY, sessions.sessions_of_stranger, \
                 sessions.sessions_revocation, users.PRIMARY",
                "users.PRIMARY",
                "users.users_union",
                "users.users_nickname",
            ],
            console.search(rows::SHARED.to_owned(), None),
        ),
        page(
            "the next people by nickname",
            &["users.PRIMARY", "users.users_nickname", "users.users_nickname"],
            console.search(rows::NICKNAME.to_owned(), Some(rows::user_id(rows::IN_THE_MIDDLE))),
        ),
        page(
            "a person",
            &[
                "users.PRIMARY",
                "identities.identities_user",
                "phones.PRIMARY",
                "sessions.sessions_of_stranger, sessions.sessions_of_user, sorted",
                "events.events_user",
            ],
            console.show(busy),
        ),
        page("events", &["events.PRIMARY in order"], console.events(EventFilter::All, None)),
        page("the next events", &["events.PRIMARY"], console.events(EventFilter::All, Some(middle_event))),
        page(
            "events of a kind",
            &["events.events_kind"],
            console.events(EventFilter::Kind(EventKind::Registered), None),
        ),
        page(
            "the next events of a kind",
            &["events.events_kind"],
            console.events(EventFilter::Kind(EventKind::Registered), Some(middle_event)),
        ),
        page("events of a user", &["events.events_user"], console.events(EventFilter::User(busy), None)),
        page(
            "the next events of a user",
            &["events.events_user"],
            console.events(EventFilter::User(busy), Some(middle_event)),
        ),
        page("diagnoses", &["diagnoses.PRIMARY in order"], diagnoses_of(DiagnosisFilter::All, None)),
        page(
            "the next diagnoses",
            &["diagnoses.PRIMARY"],
            diagnoses_of(DiagnosisFilter::All, Some(middle_diagnosis)),
        ),
        page("pushes that are due", &["push_inbox.push_inbox_due"], console.due()),
    ]
    .into_iter()
    .chain(rows::push_filters().into_iter().flat_map(|(what, plans, filter)| {
        let next = console.pushes(filter.clone(), Some(rows::push_id(500)));
        [page(what, plans[0], console.pushes(filter, None)), page(what, plans[1], next)]
    }))
    .chain(pages_of_webhooks(console))
    .chain(rows::diagnosis_filters().into_iter().flat_map(|(what, plans, filter)| {
        let next = console.diagnoses(filter.clone(), Some(middle_diagnosis));
        [page(what, plans, console.diagnoses(filter, None)), page(what, plans, next)]
    }))
    .collect()
}

fn pages_of_webhooks(console: &Console) -> Vec<Page<'_>> {
    let page = |what, plans, load| Page { what, plans, load };
    let lists = rows::delivery_filters().into_iter().flat_map(|(what, plans, filter)| {
        let next = console.deliveries(filter.clone(), Some(DeliveryId::new(500)));
        [page(what, plans[0], console.deliveries(filter, None)), page(what, plans[1], next)]
    });
    let others = [
        page(
            "deliveries that are next",
            &[
                "webhook_deliveries.webhook_deliveries_due",
                "webhook_deliveries.webhook_deliveries_order",
                "webhook_deliveries.PRIMARY",
                "events.PRIMARY",
            ],
            console.next_deliveries(),
        ),
        page(
            "how many deliveries there are",
            &["webhook_deliveries.webhook_deliveries_webhook"],
            console.delivery_counts(),
        ),
    ];
    lists.chain(others).collect()
}

/// What the admin API reads with, as it is wired there.
struct Console {
    store: Arc<dyn Store>,
    search: SearchPeople,
    show: ShowPerson,
    authenticate: AuthenticateOperator,
}

impl Console {
    fn on(store: Arc<dyn Store>) -> Self {
        let apps = Arc::new(domain::app::Apps::try_new(vec![rows::app()]).unwrap());
        let clock = Arc::new(FixedClock::at(rows::NOW));
        Self {
            search: SearchPeople::new(Arc::clone(&store), apps, Some(Arc::new(PlainBlindIndex))),
            show: ShowPerson::new(
                Arc::clone(&store),
                Arc::new(PlainSealer),
                Arc::new(SequenceIds::default()),
            ),
            authenticate: AuthenticateOperator::new(
                Arc::clone(&store),
                Arc::new(SequenceTokens::default()),
                clock,
            ),
            store,
        }
    }

    fn authenticate(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            self.authenticate.execute(&rows::operator_token()).await.unwrap();
        })
    }

    fn counts(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let since = Hour::of(rows::NOW.minus(Duration::from_hours(7 * 24)));
            assert!(!self.store.hourly_counts().since(since).await.unwrap().is_empty());
        })
    }

    fn search(&self, text: String, after: Option<UserId>) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let query = PeopleQuery::read(&text).unwrap();
            let after = match after {
                Some(id) => self.store.users().find(id).await.unwrap(),
                None => None,
            };
            let found = self.search.execute(&query, after.as_ref(), PAGE).await.unwrap();
            assert!(!found.is_empty(), "{text}");
        })
    }

    fn show(&self, user: UserId) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let origin = Origin { at: rows::NOW, client: ClientInfo::default() };
            let command = ShowPersonCommand { user, by: Actor::Shell, shown: Shown::Masked, origin };
            let person = self.show.execute(&command).await.unwrap();
            assert!(person.phone.is_some() && !person.sessions.is_empty() && !person.events.is_empty());
        })
    }

    fn events(&self, filter: EventFilter, before: Option<EventId>) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let events = self.store.events().latest(&filter, before, PAGE).await.unwrap();
            assert!(!events.is_empty(), "{filter:?}");
        })
    }

    fn diagnoses(&self, filter: DiagnosisFilter, before: Option<DiagnosisId>) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let diagnoses = self.store.diagnoses().latest(&filter, before, PAGE).await.unwrap();
            assert!(!diagnoses.is_empty(), "{filter:?}");
        })
    }

    fn due(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let app = rows::identity_id(0).app_id;
            let due = self.store.pushes().due(&app, rows::NOW, PAGE).await.unwrap();
            assert!(!due.is_empty());
        })
    }

    fn next_deliveries(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let next = self.store.deliveries().next(&rows::webhook(0), rows::NOW, PAGE).await.unwrap();
            assert!(!next.is_empty());
        })
    }

    fn delivery_counts(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let (webhook, state) = (rows::webhook(0), DeliveryState::Waiting);
            assert!(self.store.deliveries().count(&webhook, state, 1_000).await.unwrap() > 0);
        })
    }

    fn deliveries(&self, filter: DeliveryFilter, before: Option<DeliveryId>) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let deliveries = self.store.deliveries().latest(&filter, before, PAGE).await.unwrap();
            assert!(!deliveries.is_empty(), "{filter:?}");
        })
    }

    fn pushes(&self, filter: PushFilter, before: Option<PushId>) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let pushes = self.store.pushes().latest(&filter, before, PAGE).await.unwrap();
            assert!(!pushes.is_empty(), "{filter:?}");
        })
    }
}

/// The statements that were sent to a database.
#[derive(Clone, Default)]
struct Sent(Arc<Mutex<Vec<Statement>>>);

impl Sent {
    /// Notes what is sent on this connection from now on.
    fn on(&self, connections: &mut Connections) {
        let (sent, mut pool) = (self.clone(), connections.pool());
        pool.set_metric_callback(move |info| sent.all().push(info.statement.clone()));
        *connections = Connections::local(pool);
    }

    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Statement>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.all())
    }
}

async fn check(mut pools: Pools) {
    let (connection, sent) = (pools.reading.clone(), Sent::default());
    let migrating = pools.migrating.clone();
    sent.on(&mut pools.reading);
    sent.on(&mut pools.writing);
    let database = Arc::new(Database::on(pools));
    database.migrate().await.unwrap();
    rows::write(&*database).await;
    if connection.get_database_backend() == DbBackend::MySql {
        explain::analyze(&migrating).await;
    }
    let mut wrong = Vec::new();
    let console = Console::on(Arc::clone(&database) as Arc<dyn Store>);
    for Page { what, plans, load } in pages(&console) {
        sent.take();
        load.await;
        let mut found = Vec::new();
        for statement in sent.take() {
            found.push(explain(&connection, &statement).await);
        }
        let is_planned = |(found, plan): (&String, &&str)| plan.split(" or ").any(|plan| plan == found);
        if found.len() != plans.len() || !found.iter().zip(plans).all(is_planned) {
            wrong.push(format!("{what}: {found:#?} instead of {plans:#?}"));
        }
    }
    let backend = connection.get_database_backend();
    assert!(wrong.is_empty(), "on {backend:?}: {}", wrong.join("\n"));
    database.close().await;
}

#[tokio::test]
async fn every_page_is_found_by_an_index_on_sqlite() {
    let file = SqliteFile::new().unwrap();
    check(sqlite::connect(&DatabaseConfig::new(file.url())).await.unwrap()).await;
}

#[tokio::test]
async fn every_page_is_found_by_an_index_on_mysql() {
    let schema = MySqlServer::shared().await.unwrap().database().await.unwrap();
    check(mysql::connect(&DatabaseConfig::new(schema.url())).await.unwrap()).await;
    schema.remove().await.unwrap();
}
