//! The macro that turns each case into a test on every database.

/// Defines a test for each case. A case is an `async fn(&Fixture)` in the module of its feature. Cases under
/// `everywhere` run on every database, cases under `mysql` on MySQL only.
///
/// ```ignore
/// on_every_database! {
///     everywhere { login: [a_known_user_is_signed_in], }
///     mysql { instances: [a_login_can_be_repeated_on_another_server], }
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
                    let fixture = e2e::Fixture::set_up(e2e::DatabaseKind::$database, binary).await;
                    crate::$feature::$case(&fixture).await;
                    fixture.tear_down().await;
                }
            )*
        }
    };
}
