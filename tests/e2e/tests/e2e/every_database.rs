//! The macro that turns each case into a test on every database.

/// Defines a test for each case and database. A case is an `async fn(&Fixture)` in the module of its feature.
///
/// ```ignore
/// on_every_database! {
///     login: [a_known_user_is_signed_in],
/// }
/// ```
macro_rules! on_every_database {
    ($($feature:ident: [$($case:ident),* $(,)?],)*) => {
        mod on_sqlite {
            $(on_every_database!(@feature Sqlite $feature: $($case)*);)*
        }
        mod on_mysql {
            $(on_every_database!(@feature MySql $feature: $($case)*);)*
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
