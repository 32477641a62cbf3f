//! Services of the team.

use domain::service::Scope;
use server::configuration::{Purpose, Sources};

use crate::{SECRET, assert_errors, errors_of, file, read};

#[test]
fn services_are_read_from_the_file_and_from_variables() {
    let text = format!(
        "[[services]]\nid = \"shop\"\nsecret = \"{SECRET}\"\nscopes = [\"sign\", \"access_token\"]\n\
         [[services]]\nid = \"mail\"\nsecret = \"{SECRET}\"\nscopes = [\"users\"]\napps = [\"wx1\"]\n"
    );
    let [shop, mail] = &*read(&file(&text)).unwrap().services else { panic!("two services") };
    assert_eq!((shop.id.as_str(), shop.secret.expose()), ("shop", SECRET));
    assert_eq!(shop.scopes, [Scope::Sign, Scope::AccessToken]);
    assert_eq!((&shop.apps, mail.apps.as_ref().unwrap()[0].as_str()), (&None, "wx1"));
    let variables = [
        ("YAOSHI_SERVICE__ID", "shop"),
        ("YAOSHI_SERVICE__SECRET", SECRET),
        ("YAOSHI_SERVICE__SCOPES", "introspect, access_token"),
    ];
    let configuration = read(&Sources::default().with_variables(variables)).unwrap();
    assert_eq!(configuration.services[0].scopes, [Scope::Introspect, Scope::AccessToken]);
    assert!(configuration.summary().contains("shop (introspect, access_token)"));
}

#[test]
fn invalid_services_are_reported_without_their_secrets() {
    let text = "[[services]]\nid = \"a:b\"\nsecret = \"too-short-secret\"\nscopes = [\"everything\"]\n\
                [[services]]\nscope = []\n";
    let expected = [
        "yaoshi.toml:2: services[0].id: must be 1 to 64 visible ASCII characters without a colon",
        "yaoshi.toml:3: services[0].secret: must be 32 to 256 visible ASCII characters",
        "yaoshi.toml:4: services[0].scopes: must be introspect, users, sign or access_token",
        "yaoshi.toml:5: services[1].id: is missing",
        "yaoshi.toml:5: services[1].scopes: is missing",
        "yaoshi.toml:5: services[1].secret: is missing",
        "yaoshi.toml:6: services[1].scope: unknown key",
    ];
    assert_errors(&file(text), Purpose::Development, &expected);
    assert!(!errors_of(&file(text), Purpose::Development).concat().contains("too-short-secret"));
    let service = format!("[[services]]\nid = \"shop\"\nsecret = \"{SECRET}\"\nscopes = [\"sign\"]\n");
    let twice = file(&service.repeat(2));
    assert_errors(
        &twice,
        Purpose::Development,
        &["yaoshi.toml:6: services[1].id: shop is listed twice: it is services[0].id, too"],
    );
}
