use std::fmt::Write;

use domain::app::{Offer, PaymentEnv};

use super::{Configuration, setting::Setting};

impl Configuration {
    /// The most important settings in a few lines, without secrets.
    pub fn summary(&self) -> String {
        let mut text = String::new();
        let database = if self.database.url.is_sqlite() { "SQLite" } else { "MySQL" };
        let keys: Vec<_> = self.secrets.master_keys.iter().map(|key| key.id().as_str()).collect();
        let lines = [
            ("http", self.http.listen.to_string()),
            ("operators", self.http.ops_listen.show()),
            ("console", self.http.admin_listen.show()),
            ("database", database.to_owned()),
            ("WeChat", self.wechat.base_url.to_string()),
            ("sessions", self.session_summary()),
            ("master keys", keys.join(", ")),
        ];
        // Writing to a String cannot fail.
        for (name, value) in lines {
            let _ = writeln!(text, "  {name:<12}{value}");
        }
        for app in &self.apps {
            let methods: Vec<_> = app.app.registration.iter().map(|method| method.as_str()).collect();
            let _ = writeln!(text, "  {:<12}{} ({})", "app", app.app.id, methods.join(", "));
            for offer in &app.app.offers {
                let _ = writeln!(text, "  {:<12}{} ({})", "offer", offer.id, environments(offer));
            }
        }
        for service in &self.services {
            let scopes: Vec<_> = service.scopes.iter().map(|scope| scope.as_str()).collect();
            let _ = writeln!(text, "  {:<12}{} ({})", "service", service.id, scopes.join(", "));
        }
        for webhook in &self.webhooks {
            let events: Vec<_> = webhook.events.iter().map(|kind| kind.as_str()).collect();
            let _ = writeln!(text, "  {:<12}{} ({})", "webhook", webhook.name, events.join(", "));
        }
        text.truncate(text.trim_end().len());
        text
    }

    fn session_summary(&self) -> String {
        let lifetime = self.session.lifetime;
        format!("{} idle, {} at most", lifetime.idle.show(), lifetime.absolute.show())
    }
}

/// For which payments an offer has a key.
fn environments(offer: &Offer) -> String {
    let with_names = [(PaymentEnv::Live, "live"), (PaymentEnv::Sandbox, "sandbox")];
    let with_key = with_names.into_iter().filter(|(env, _)| offer.app_key(*env).is_some());
    with_key.map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}
