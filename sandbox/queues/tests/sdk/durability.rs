//! Queues in a file.

use feirante_queues::{Server, Storage};

use crate::server::{TestServer, bodies, spec};

#[tokio::test]
async fn acknowledged_messages_are_there_after_a_server_ended_without_a_word() {
    let directory = tempfile::tempdir().unwrap();
    let storage = Storage::File(directory.path().join("queues.sqlite"));
    let server = TestServer::serve(Server::open(&storage, &[spec("q")]).unwrap()).await;
    server.send("q", "kept").await;
    server.abort().await;

    let server = TestServer::serve(Server::open(&storage, &[]).unwrap()).await;
    assert_eq!(bodies(&server.receive("q").await), ["kept"]);
}
