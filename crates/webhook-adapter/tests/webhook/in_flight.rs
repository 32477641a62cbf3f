//! The limit of requests on their way.

use std::sync::Arc;

use domain::webhook::WebhookFault;
use futures::future::join_all;

use crate::back_end::{BackEnd, MESSAGE, Reply, SHORT, client, relay, relay_message};

#[tokio::test]
async fn a_back_end_that_hangs_takes_64_requests_and_no_more() {
    let back_end = BackEnd::start(Reply::Hang(Vec::new())).await;
    let client = Arc::new(client());
    let endpoint = back_end.endpoint("/");
    let hanging = (0..64).map(|_| {
        let (client, endpoint) = (client.clone(), endpoint.clone());
        tokio::spawn(async move { relay(&client, &endpoint).await })
    });
    let hanging: Vec<_> = hanging.collect();
    back_end.until_arrived(64).await;

    assert_eq!(relay(&client, &endpoint).await, Err(WebhookFault::Busy));
    assert_eq!(back_end.connection_count(), 64);
    let other = BackEnd::start(Reply::body("")).await;
    assert!(relay(&client, &other.endpoint("/")).await.is_ok());

    back_end.release();
    for answer in join_all(hanging).await {
        assert_eq!(answer.unwrap(), Err(WebhookFault::ConnectionLost));
    }
    assert_eq!(relay(&client, &endpoint).await, Err(WebhookFault::ConnectionLost));
    assert_eq!(back_end.requests().len(), 65);
}

#[tokio::test]
async fn requests_that_timed_out_are_not_on_their_way() {
    let back_end = BackEnd::start(Reply::Hang(Vec::new())).await;
    let (client, endpoint) = (client(), back_end.endpoint("/"));
    for _ in 0..2 {
        let late = (0..64).map(|_| relay_message(&client, &endpoint, MESSAGE, SHORT));
        assert_eq!(join_all(late).await, vec![Err(WebhookFault::TimedOut); 64]);
    }
}
