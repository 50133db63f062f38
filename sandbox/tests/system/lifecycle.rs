//! Starting, stopping and being killed.

use std::path::Path;
use std::process::Stdio;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sqs::types::QueueAttributeName;
use feirante_sandbox::template::{self, Stack};
use feirante_sandbox::{Options, Sandbox};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::trial;
use crate::world::{
    dynamodb, function, options, put, queue, route, soon, sqs, stack, start, start_in, table,
    with_dead_letters,
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("the_template_starts_as_it_is", deployed),
        trial("a_stop_leaves_no_process", stop),
        trial("a_drop_leaves_no_process", dropped),
        trial("a_kill_loses_nothing_and_leaves_no_process", kill),
        trial("a_directory_is_for_one_sandbox_at_a_time", one_at_a_time),
        trial("a_port_in_use_is_named", port_in_use),
        trial("a_route_to_no_function_is_named", route_to_nowhere),
        trial("another_database_and_queue_server_can_be_used", external),
    ]
}

fn system() -> Stack {
    let mut stack = stack([function("worker")]);
    stack.tables = vec![table("things")];
    stack.queues = vec![queue("letters")];
    stack
}

async fn process(sandbox: &Sandbox) -> u64 {
    let answer = sandbox.invoke("worker", json!({})).await.unwrap();
    answer.as_u64().unwrap()
}

fn is_running(process: u64) -> bool {
    // A process that has ended but was not waited for yet is a zombie: it runs no more.
    std::fs::read_to_string(format!("/proc/{process}/stat"))
        .is_ok_and(|stat| !stat.contains(") Z "))
}

async fn gone(process: u64) {
    let ended = async {
        while is_running(process) {
            tokio::task::yield_now().await;
        }
    };
    soon("the end of the process", ended).await;
}

async fn deployed() {
    let stack = template::read(template::TEMPLATE).unwrap();
    let sandbox = start(stack.clone()).await;
    let addresses = sandbox.addresses();
    for table in &stack.tables {
        let scan = dynamodb(&sandbox).scan();
        let scan = scan.table_name(&addresses.tables[&table.name]);
        assert_eq!(scan.send().await.unwrap().count(), 0, "{}", table.name);
    }
    for queue in &stack.queues {
        let url = &addresses.queues[&queue.name];
        let found = sqs(&sandbox).get_queue_url().queue_name(&queue.name);
        let found = found.send().await.unwrap();
        assert_eq!(found.queue_url(), Some(url.as_str()));
    }
    sandbox.stop().await;
}

async fn stop() {
    let sandbox = start(system()).await;
    let process = process(&sandbox).await;
    assert!(is_running(process));
    soon("the stop", sandbox.stop()).await;
    assert!(!is_running(process));
}

async fn dropped() {
    let sandbox = start(system()).await;
    let process = process(&sandbox).await;
    drop(sandbox);
    gone(process).await;
}

/// A sandbox in a process of its own: prints where it is, then waits to be killed.
pub(crate) fn host(directory: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let sandbox = start_in(Path::new(directory), system()).await;
        let url = &sandbox.addresses().queues["letters"];
        put(&dynamodb(&sandbox), "things", "kept").await;
        let letter = sqs(&sandbox).send_message().queue_url(url);
        letter.message_body("kept").send().await.unwrap();
        println!("{}", json!({"worker": process(&sandbox).await}));
        std::future::pending::<()>().await;
    });
}

async fn kill() {
    let directory = tempfile::tempdir().unwrap();
    let mut host = Command::new(std::env::current_exe().unwrap())
        .arg("host")
        .arg(directory.path())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(host.stdout.take().unwrap()).lines();
    let line = soon("the host", lines.next_line()).await.unwrap().unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    let worker = line["worker"].as_u64().unwrap();
    host.start_kill().unwrap();
    host.wait().await.unwrap();
    gone(worker).await;

    let sandbox = start_in(directory.path(), system()).await;
    let item = dynamodb(&sandbox)
        .get_item()
        .table_name("things")
        .key("pk", AttributeValue::S("kept".to_owned()))
        .send()
        .await
        .unwrap();
    assert!(item.item.is_some());
    let url = &sandbox.addresses().queues["letters"];
    let letter = sqs(&sandbox).receive_message().queue_url(url);
    let letter = letter.wait_time_seconds(5).send().await.unwrap();
    assert_eq!(letter.messages.unwrap()[0].body(), Some("kept"));
    sandbox.stop().await;
}

async fn one_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let first = start_in(directory.path(), system()).await;
    let second = Sandbox::start(Options {
        data: Some(directory.path().to_owned()),
        ..options(system())
    });
    let error = second.await.unwrap_err().to_string();
    assert!(error.contains("in use by another sandbox"), "{error}");
    first.stop().await;
    start_in(directory.path(), system()).await.stop().await;
}

async fn port_in_use() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Sandbox::start(Options {
        port,
        ..options(system())
    });
    let error = error.await.unwrap_err().to_string();
    assert_eq!(
        error,
        format!("port {port}, meant for the HTTP API, is in use: choose others with --port")
    );
}

async fn route_to_nowhere() {
    let mut stack = system();
    stack.routes = vec![route("ANY /x", "nobody")];
    let error = Sandbox::start(options(stack)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the route ANY /x names nobody, which the template doesn't define"
    );
}

async fn external() {
    let first = start(stack([])).await;
    let mut system = system();
    system.queues = vec![
        with_dead_letters(queue("letters.fifo"), "dead.fifo", 3),
        queue("dead.fifo"),
    ];
    let second = Sandbox::start(Options {
        dynamodb: Some(first.addresses().dynamodb.clone()),
        sqs: Some(first.addresses().sqs.clone()),
        ..options(system)
    });
    let second = soon("the second", second).await.unwrap();
    put(&dynamodb(&first), "things", "shared").await;
    let made = sqs(&first)
        .get_queue_attributes()
        .queue_url(&second.addresses().queues["letters.fifo"])
        .attribute_names(QueueAttributeName::All)
        .send()
        .await
        .unwrap();
    let made = made.attributes.unwrap();
    assert_eq!(made[&QueueAttributeName::VisibilityTimeout], "120");
    let policy = &made[&QueueAttributeName::RedrivePolicy];
    let policy: Value = serde_json::from_str(policy).unwrap();
    assert_eq!(
        policy["deadLetterTargetArn"],
        "arn:aws:sqs:us-east-1:000000000000:dead.fifo"
    );
    second.stop().await;
    first.stop().await;
}
