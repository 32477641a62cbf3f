//! Every case is listed once.

/// Lists cases, each an `async fn(&Stage)` in its feature's module, and makes tests of them: of those under
/// `everywhere` one for every database, of those under `mysql` one for that database alone.
///
/// ```ignore
/// on_every_database! {
///     everywhere { login: [a_known_user_is_signed_in], }
///     mysql { instances: [a_login_repeated_on_another_server_is_the_same_login], }
/// }
/// ```
macro_rules! on_every_database {
    (
        everywhere { $($feature:ident: [$($case:ident),* $(,)?],)* }
        mysql { $($mysql_feature:ident: [$($mysql_case:ident),* $(,)?],)* }
    ) => {
        mod on_sqlite {
            $(on_every_database!(@feature Sqlite $feature: $($case)*);)*
        }
        mod on_mysql {
            $(on_every_database!(@feature MySql $feature: $($case)*);)*
            $(on_every_database!(@feature MySql $mysql_feature: $($mysql_case)*);)*
        }
    };
    (@feature $database:ident $feature:ident: $($case:ident)*) => {
        mod $feature {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let binary = env!("CARGO_BIN_EXE_yaoshi-under-test");
                    let stage = e2e::Stage::set(e2e::DatabaseKind::$database, binary).await;
                    crate::$feature::$case(&stage).await;
                    stage.strike().await;
                }
            )*
        }
    };
}
