//! The functions' processes: crashes, time-outs, limits, and what they are started with.

use std::collections::HashSet;
use std::time::Duration;

use feirante_sandbox::template::{Function, Stack};
use feirante_sandbox::{InvokeError, Options, Sandbox};
use futures::future::join_all;
use libtest_mimic::Trial;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::trial;
use crate::world::{function, options, route, soon, stack, start};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("a_crash_fails_its_invocation_and_no_other", crash),
        trial("a_time_out_replaces_the_process", time_out),
        trial("a_process_is_kept_for_the_next_event", kept_warm),
        trial("an_error_is_told_in_the_functions_words", error),
        trial("an_answer_over_six_megabytes_is_refused", large_answer),
        trial("invocations_beyond_the_limit_wait_their_turn", limit),
        trial(
            "a_function_that_does_not_start_fails_the_start",
            broken_start,
        ),
        trial(
            "a_function_that_does_not_start_fails_its_event",
            broken_invoke,
        ),
        trial("a_function_sees_what_lambda_sets_and_no_more", environment),
    ]
}

fn worker() -> Stack {
    stack([function("worker")])
}

async fn crash() {
    let sandbox = start(worker()).await;
    let crash = sandbox.invoke("worker", json!({"do": "crash"}));
    let error = soon("the failure", crash).await.unwrap_err();
    assert!(matches!(error, InvokeError::Died { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "worker died (exit status: 3)\n  about to crash"
    );
    let next = sandbox.invoke("worker", json!({}));
    soon("the next answer", next).await.unwrap();
    sandbox.stop().await;
}

async fn time_out() {
    let worker = Function {
        timeout: Duration::from_secs(1),
        ..function("worker")
    };
    let sandbox = start(stack([worker])).await;
    let first = sandbox.invoke("worker", json!({})).await.unwrap();
    let hang = sandbox.invoke("worker", json!({"do": "hang"}));
    let error = soon("the time-out", hang).await.unwrap_err();
    assert_eq!(error.to_string(), "worker did not answer within 1 s");
    let next = sandbox.invoke("worker", json!({}));
    assert_ne!(soon("the next answer", next).await.unwrap(), first);
    sandbox.stop().await;
}

async fn kept_warm() {
    let sandbox = start(worker()).await;
    let first = sandbox.invoke("worker", json!({})).await.unwrap();
    let second = sandbox.invoke("worker", json!({})).await.unwrap();
    assert_eq!(first, second);
    sandbox.stop().await;
}

async fn error() {
    let sandbox = start(worker()).await;
    let fail = sandbox.invoke("worker", json!({"do": "fail"}));
    let error = soon("the failure", fail).await.unwrap_err();
    match error {
        InvokeError::Failed { message, .. } => assert_eq!(message, "out of stock"),
        other => panic!("{other:?}"),
    }
    sandbox.stop().await;
}

async fn large_answer() {
    let sandbox = start(worker()).await;
    let large = sandbox.invoke("worker", json!({"do": "large"}));
    let error = soon("the refusal", large).await.unwrap_err();
    assert!(matches!(error, InvokeError::AnswerTooLarge { .. }));
    sandbox.stop().await;
}

async fn limit() {
    let options = Options {
        processes: 2,
        ..options(worker())
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let gate = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = gate.local_addr().unwrap().to_string();
    let hold = || sandbox.invoke("worker", json!({"do": "hold", "at": at}));
    let doorman = async {
        // Two are at work before either may end: they run side by side.
        let (first, _) = gate.accept().await.unwrap();
        let (second, _) = gate.accept().await.unwrap();
        for mut connection in [first, second] {
            connection.write_all(b".").await.unwrap();
        }
        for _ in 0..4 {
            let (mut connection, _) = gate.accept().await.unwrap();
            connection.write_all(b".").await.unwrap();
        }
    };
    let invocations = join_all((0..6).map(|_| hold()));
    let (answers, ()) = soon("six answers", async { tokio::join!(invocations, doorman) }).await;
    let processes: HashSet<_> = answers
        .into_iter()
        .map(|answer| answer.unwrap().as_u64())
        .collect();
    assert_eq!(processes.len(), 2);
    sandbox.stop().await;
}

async fn broken_start() {
    let mut stack = stack([function("broken")]);
    stack.routes = vec![route("$default", "broken")];
    let start = soon("the failure", Sandbox::start(options(stack))).await;
    let error = std::error::Error::source(&start.unwrap_err())
        .unwrap()
        .to_string();
    assert_eq!(
        error,
        "broken did not start (exit status: 7)\n  TOKEN is not set"
    );
}

async fn broken_invoke() {
    let sandbox = start(stack([function("broken")])).await;
    let invocation = sandbox.invoke("broken", json!({}));
    let error = soon("the failure", invocation).await.unwrap_err();
    assert!(matches!(error, InvokeError::Init { .. }), "{error:?}");
    sandbox.stop().await;
}

async fn environment() {
    let sandbox = start(worker()).await;
    let asked = sandbox.invoke("worker", json!({"do": "environment"}));
    let seen = asked.await.unwrap();
    assert_eq!(seen["AWS_LAMBDA_FUNCTION_NAME"], "worker");
    assert_eq!(seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "128");
    assert_eq!(seen["AWS_REGION"], "us-east-1");
    assert_eq!(seen["TZ"], ":UTC");
    assert_eq!(
        seen["AWS_ENDPOINT_URL_DYNAMODB"],
        sandbox.addresses().dynamodb
    );
    // Set for every test by cargo.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    assert_eq!(seen.get("CARGO_MANIFEST_DIR"), None);
    sandbox.stop().await;
}
