//! Sends an arbitrary request to the API behind the console: any method, path, headers and body, with the credentials of an
//! operator where the input names them.
#![no_main]

use std::sync::LazyLock;

use fuzzing::Routes;
use libfuzzer_sys::fuzz_target;

static ROUTES: LazyLock<Routes> = LazyLock::new(Routes::start);

fuzz_target!(|bytes: &[u8]| ROUTES.send(bytes, |instance, request| Box::pin(instance.ask_admin(request))));
