//! A server on a free port, a client for it, and the tests of its start and end.

use std::net::SocketAddr;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use feirante_queues::{Error, ManualClock, QueueSpec, RedriveSpec, Server, Storage, queue_url};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) struct TestServer {
    pub(crate) client: Client,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), Error>>,
}

/// A queue with a visibility of 30 seconds.
pub(crate) fn spec(name: &str) -> QueueSpec {
    QueueSpec {
        name: name.to_owned(),
        visibility: Duration::from_secs(30),
        retention: Duration::from_hours(96),
        delay: Duration::ZERO,
        content_based_deduplication: false,
        redrive: None,
    }
}

pub(crate) fn redriven(name: &str, target: &str, maximum_receives: u32) -> QueueSpec {
    QueueSpec {
        redrive: Some(RedriveSpec {
            target: target.to_owned(),
            maximum_receives,
        }),
        ..spec(name)
    }
}

impl TestServer {
    /// Queues in memory.
    pub(crate) async fn start(specs: &[QueueSpec]) -> Self {
        Self::serve(Server::open(&Storage::Memory, specs).unwrap()).await
    }

    /// Queues in memory, under a clock that the test moves.
    pub(crate) async fn start_with_clock(specs: &[QueueSpec]) -> (Self, ManualClock) {
        let clock = ManualClock::starting_at("2026-11-21T00:00:00Z".parse().unwrap());
        let server = Server::open_with_clock(&Storage::Memory, specs, clock.clone()).unwrap();
        (Self::serve(server).await, clock)
    }

    pub(crate) async fn serve(server: Server) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(server.serve(listener, async {
            // A test that ends without a word drops the sender.
            let _ = stopped.await;
        }));
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(Credentials::new("any", "any", None, None, "test"))
            .region(Region::from_static("us-east-1"))
            .endpoint_url(format!("http://{address}"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        Self {
            client: Client::from_conf(config),
            address,
            stop,
            serving,
        }
    }

    pub(crate) fn url(&self, queue: &str) -> String {
        queue_url(self.address, queue)
    }

    /// Ends the server from outside, without a chance to finish anything.
    pub(crate) async fn abort(self) {
        self.serving.abort();
        assert!(self.serving.await.unwrap_err().is_cancelled());
    }

    /// Sends to a standard queue.
    pub(crate) async fn send(&self, queue: &str, body: &str) {
        self.client
            .send_message()
            .queue_url(self.url(queue))
            .message_body(body)
            .send()
            .await
            .unwrap();
    }

    /// Receives up to ten messages, all their attributes, without waiting.
    pub(crate) async fn receive(&self, queue: &str) -> Vec<Message> {
        self.client
            .receive_message()
            .queue_url(self.url(queue))
            .max_number_of_messages(10)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
            .send()
            .await
            .unwrap()
            .messages
            .unwrap_or_default()
    }

    pub(crate) async fn delete(&self, queue: &str, message: &Message) {
        self.client
            .delete_message()
            .queue_url(self.url(queue))
            .receipt_handle(message.receipt_handle().unwrap())
            .send()
            .await
            .unwrap();
    }
}

pub(crate) fn bodies(messages: &[Message]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message.body().unwrap())
        .collect()
}

#[tokio::test]
async fn a_server_ends_when_told_though_a_client_keeps_its_connection() {
    let server = TestServer::start(&[spec("q")]).await;
    server.send("q", "one").await;
    server.stop.send(()).unwrap();
    server.serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_host_in_a_queue_url_is_not_looked_at() {
    let server = TestServer::start(&[spec("q")]).await;
    for url in [
        "q",
        "https://sqs.us-east-1.amazonaws.com/123456789012/q",
        "http://localhost:1/q/",
    ] {
        server
            .client
            .send_message()
            .queue_url(url)
            .message_body("one")
            .send()
            .await
            .unwrap();
    }
    assert_eq!(server.receive("q").await.len(), 3);
}
