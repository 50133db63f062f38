//! The tables against an embedded database, and against a scripted one for what a real one does
//! only when it is busy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod database;

#[tokio::test]
async fn starts() {
    let db = database::TestDatabase::start().await;
    assert!(
        db.settings
            .load(database::budget())
            .await
            .unwrap()
            .is_none()
    );
    let _ = (&db.client, &db.offers, &db.orders);
}
