mod of_the_server {
    contract::tasks_suite!(server::tasks::TokioTasks::default());
}

mod in_tests {
    contract::tasks_suite!(support::TokioTasks);
}
