//! Connections: kept, given up in time, and told when they fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use feirante_marketplace::{Client, Failure, Timeouts, Ways};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::fixture::{at, client, credentials, invoice, price, send};
use crate::server::{Server, response};

/// A listener that does `with` to each connection whose request has come.
async fn raw<F>(with: impl Fn(TcpStream) -> F + Send + 'static) -> (String, JoinHandle<()>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            tokio::spawn(with(stream));
        }
    });
    (url, task)
}

fn unavailable(failure: &Failure) -> (Option<u16>, &str) {
    match failure {
        Failure::Unavailable { status, detail, .. } => (*status, detail),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = Server::always(200, "{}").await;
    let (client, marketplace) = (client(), at(&server.url));
    for _ in 0..20 {
        for call in [invoice(&marketplace), price(&marketplace)] {
            client
                .send(&call, &credentials(), &Ways::default())
                .await
                .unwrap();
        }
    }
    assert_eq!(server.seen().len(), 40);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_refused_connection_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let failure = send(&invoice(&at(&url))).await.unwrap_err();
    let (status, detail) = unavailable(&failure);
    assert_eq!(status, None);
    assert!(
        detail.starts_with("no connection: Connection refused"),
        "{detail}"
    );
}

/// The server closes a connection that has been used before, as the request has come. The client
/// can't know what became of it, so only the caller may decide to send it again.
#[tokio::test]
async fn a_dropped_connection_is_told_and_nothing_is_sent_again() {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {
                if count.fetch_add(1, Ordering::SeqCst) > 0 {
                    break;
                }
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                stream.write_all(answer).await.unwrap();
            }
        }
    });
    let (client, call) = (client(), price(&at(&url)));
    let send = || async {
        let ways = Ways::default();
        client.send(&call, &credentials(), &ways).await
    };
    send().await.unwrap();
    let failure = send().await.unwrap_err();
    let (status, detail) = unavailable(&failure);
    assert_eq!(status, None);
    assert!(
        detail.starts_with("the connection broke before an answer came"),
        "{detail}"
    );
    assert_eq!(requests.load(Ordering::SeqCst), 2);
    task.abort();
}

#[tokio::test]
async fn a_connection_that_is_not_taken_is_given_up_before_the_call_is() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    // Nobody accepts: once the queue is full, the system answers no more.
    let mut queue = Vec::new();
    let soon = Duration::from_millis(100);
    while let Ok(stream) = timeout(soon, TcpStream::connect(address)).await {
        queue.push(stream.unwrap());
    }
    let client = Client::new(Timeouts {
        connect: soon,
        ..Timeouts::default()
    })
    .unwrap();
    let failure = client
        .send(
            &invoice(&at(&format!("http://{address}"))),
            &credentials(),
            &Ways::default(),
        )
        .await
        .unwrap_err();
    let (status, detail) = unavailable(&failure);
    assert_eq!(status, None);
    assert!(detail.starts_with("no connection: "), "{detail}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_receipt() {
    let (url, task) = raw(|mut stream| async move {
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"receipt\":";
        stream.write_all(head).await.unwrap();
    })
    .await;
    let failure = send(&invoice(&at(&url))).await.unwrap_err();
    let (status, detail) = unavailable(&failure);
    assert_eq!(status, Some(200));
    assert!(detail.starts_with("the answer is not whole"), "{detail}");
    task.abort();
}

#[tokio::test]
async fn a_silent_server_is_given_up_in_time() {
    let quick = Client::new(Timeouts {
        total: Duration::from_millis(100),
        ..Timeouts::default()
    })
    .unwrap();
    let (url, task) = raw(|stream| async move {
        let _open = stream;
        std::future::pending().await
    })
    .await;
    let failure = quick
        .send(&invoice(&at(&url)), &credentials(), &Ways::default())
        .await
        .unwrap_err();
    assert_eq!(unavailable(&failure), (None, "no answer in time"));
    task.abort();
}

#[tokio::test]
async fn so_is_one_that_stops_in_the_middle_of_its_answer() {
    let quick = Client::new(Timeouts {
        total: Duration::from_millis(100),
        ..Timeouts::default()
    })
    .unwrap();
    let (url, task) = raw(|mut stream| async move {
        let head = b"HTTP/1.1 503 Busy\r\ncontent-length: 100\r\nretry-after: 3\r\n\r\nbusy";
        stream.write_all(head).await.unwrap();
        std::future::pending().await
    })
    .await;
    let failure = quick
        .send(&invoice(&at(&url)), &credentials(), &Ways::default())
        .await
        .unwrap_err();
    assert_eq!(unavailable(&failure), (Some(503), "busy"));
    assert_eq!(failure.retry_after(), Some(Duration::from_secs(3)));
    task.abort();
}

#[tokio::test]
async fn no_more_than_a_megabyte_is_read() {
    let server = Server::answering(|_| response(200, Body::from(vec![b' '; 3_000_000]))).await;
    let failure = send(&invoice(&at(&server.url))).await.unwrap_err();
    assert_eq!(
        unavailable(&failure),
        (
            Some(200),
            "the answer is not whole: it is longer than 1000000 bytes"
        )
    );
}

#[tokio::test]
async fn tls_has_what_it_needs_and_takes_no_plain_answer() {
    let server = Server::always(200, "").await;
    let https = server.url.replace("http://", "https://");
    let failure = send(&invoice(&at(&https))).await.unwrap_err();
    let (status, detail) = unavailable(&failure);
    assert_eq!(status, None);
    assert!(detail.starts_with("no connection: "), "{detail}");
    assert!(server.seen().is_empty());
}
