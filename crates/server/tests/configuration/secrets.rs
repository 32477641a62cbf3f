//! Secrets: read from files, and shown nowhere.

use server::configuration::{Configuration, Purpose, Sources};

use crate::{APP_ID, Directory, KEY, SECRET, assert_errors, file, read, set_mode};

#[test]
fn no_error_contains_a_secret() {
    let secret = "Zm9vYmFyc2VjcmV0";
    let texts = [
        format!("[secrets]\nmaster_keys = [\"k1:{secret}\"]"),
        format!("[secrets]\nmaster_keys = \"{secret}\""),
        format!("[secrets]\nmaster_keys = [{secret}]"),
        format!("[secrets]\n{secret}"),
        format!("[database]\nurl = \"{secret}\""),
        format!("[database]\nurl = {secret}"),
        format!("[wechat]\nbase_url = \"http://user:{secret}@host\""),
        format!("[[apps]]\napp_id = \"wx1\"\napp_secret = \"{secret} {secret}\""),
        format!("[[apps]]\napp_id = \"wx1\"\napp_secret = \"{secret}"),
        format!("[[apps]]\napp_id = \"wx1\"\napp_secret = \"\\{secret}\""),
        format!("[apps]\napp_secret = \"{secret}\""),
    ];
    for text in texts {
        let errors = read(&file(&text)).unwrap_err();
        assert!(!errors.to_string().contains(secret), "{text}\nresulted in\n{errors}");
        assert!(!format!("{errors:?}").contains(secret), "{text}");
    }
}

#[test]
fn debug_output_contains_no_secret() {
    let sources = Sources::default().with_variables([
        ("YAOSHI_DATABASE__URL", "mysql://yaoshi:hunter2@db/yaoshi"),
        ("YAOSHI_SECRETS__MASTER_KEYS", KEY),
        ("YAOSHI_APP__ID", "wx0123456789abcdef"),
        ("YAOSHI_APP__SECRET", SECRET),
    ]);
    let debug = format!("{:?}", read(&sources).unwrap());
    for secret in ["hunter2", &KEY[3..], SECRET] {
        assert!(!debug.contains(secret), "{debug}");
    }
}

#[test]
fn secrets_can_be_read_from_files() {
    let directory = Directory::new();
    let keys = directory.file("keys", &format!("{KEY}\n\n{}\n", KEY.replace("k1", "k2")));
    let secret = directory.file("secret", &format!("{SECRET}\n"));
    let url = directory.file("url", "mysql://yaoshi:pass@db/yaoshi\n");
    let sources = Sources::default().with_variables([
        ("YAOSHI_SECRETS__MASTER_KEY_FILES", keys.to_str().unwrap()),
        ("YAOSHI_APP__SECRET_FILE", secret.to_str().unwrap()),
        ("YAOSHI_APP__ID", APP_ID),
        ("YAOSHI_DATABASE__URL_FILE", url.to_str().unwrap()),
    ]);
    let configuration = Configuration::read(&sources, Purpose::Production).unwrap();
    assert_eq!(configuration.secrets.master_keys.len(), 2);
    assert_eq!(configuration.apps[0].secret.expose(), SECRET);
    assert_eq!(configuration.database.url.expose(), "mysql://yaoshi:pass@db/yaoshi");
}

#[test]
fn an_error_names_the_secret_file_that_cannot_be_read() {
    let directory = Directory::new();
    let no_key = directory.file("no-key", "nonsense\n");
    let text = format!(
        "[secrets]\nmaster_key_files = [{no_key:?}]\n[[apps]]\napp_id = \"wx1\"\napp_secret = \"s\"\n\
         app_secret_file = \"/nowhere\"\n[[apps]]\napp_id = \"wx2\"\napp_secret_file = \"/nowhere\"\n"
    );
    let no_key = no_key.display();
    let expected = [
        &*format!("yaoshi.toml:2: secrets.master_key_files: every line of {no_key} must be id:key"),
        "yaoshi.toml:6: apps[0].app_secret_file: cannot be combined with app_secret",
        "yaoshi.toml:9: apps[1].app_secret_file: /nowhere cannot be read: ",
    ];
    assert_errors(&file(&text), Purpose::Development, &expected);
}

#[cfg(unix)]
#[test]
fn a_production_server_rejects_secret_files_that_others_can_read() {
    let directory = Directory::new();
    let keys = directory.file("keys", &format!("{KEY}\n"));
    let secret = directory.file("secret", SECRET);
    let url = directory.file("url", "mysql://yaoshi:pass@db/yaoshi");
    let index_key = directory.file("index-key", &KEY[3..]);
    let service = directory.file("service", SECRET);
    let app_key = directory.file("app-key", "a-key");
    let text = format!(
        "[database]\nurl_file = {url:?}\n[secrets]\nmaster_key_files = [{keys:?}]\nindex_key_file = {index_key:?}\n\
         [[services]]\nid = \"shop\"\nscopes = [\"sign\"]\nsecret_file = {service:?}\n\
         [[apps]]\napp_id = \"{APP_ID}\"\napp_secret_file = {secret:?}\n\
         [[apps.offers]]\noffer_id = \"1\"\napp_key_file = {app_key:?}\n"
    );
    Configuration::read(&file(&text), Purpose::Production).unwrap();
    let files = [
        (&url, "yaoshi.toml:2: database.url_file"),
        (&keys, "yaoshi.toml:4: secrets.master_key_files"),
        (&index_key, "yaoshi.toml:5: secrets.index_key_file"),
        (&service, "yaoshi.toml:9: services.secret_file"),
        (&secret, "yaoshi.toml:12: apps.app_secret_file"),
        (&app_key, "yaoshi.toml:15: apps.offers.app_key_file"),
    ];
    for (path, _) in files {
        set_mode(path, 0o644);
    }
    let expected = files.map(|(path, key)| {
        let path = path.display();
        format!("{key}: others can read or change {path} (mode 0644): run `chmod 600 {path}`")
    });
    assert_errors(&file(&text), Purpose::Production, &expected.each_ref().map(String::as_str));
    read(&file(&text)).unwrap();
    for (path, _) in files {
        set_mode(path, 0o640);
    }
    Configuration::read(&file(&text), Purpose::Production).unwrap();
    for mode in [0o604, 0o620, 0o602, 0o660, 0o666] {
        set_mode(&keys, mode);
        assert_errors(
            &file(&text),
            Purpose::Production,
            &["yaoshi.toml:4: secrets.master_key_files: others can read or change "],
        );
    }
}
