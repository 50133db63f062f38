//! The ERP while it speaks and listens.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, Message, SendMessageBatchRequestEntry};
use serde_json::Value;

use crate::plan::{MessageId, Plan, Queue, When};
use crate::site::Site;

/// What one request to a queue can carry.
const AT_ONCE: usize = 10;

/// What the ERP could not delete, because the system was gone, comes again after so many seconds. An
/// order's later events wait for it.
const HIDDEN: i32 = 5;

/// The ERP.
#[derive(Debug)]
pub(crate) struct Erp {
    site: Site,
    plan: Arc<Plan>,
    /// What is said after events of an order, by its id at the seller: each with its event's type.
    answers: HashMap<String, Vec<(&'static str, Copy)>>,
    memory: Mutex<Memory>,
}

/// What it has said and heard.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Copies of each message that the queue has taken.
    pub(crate) sent: BTreeMap<MessageId, usize>,
    /// Copies that may have been taken twice: their request failed and was made again.
    pub(crate) doubtful: usize,
    /// Each order's events in the order they came, each once.
    pub(crate) events: BTreeMap<String, Vec<Value>>,
    /// Events that came again.
    pub(crate) events_again: usize,
    known: BTreeSet<String>,
    /// What was put into the dead letters, by queue.
    pub(crate) dead: Vec<DeadLetter>,
}

/// A message that was refused.
#[derive(Debug, Clone)]
pub(crate) struct DeadLetter {
    pub(crate) queue: &'static str,
    pub(crate) body: String,
    pub(crate) reason: String,
    pub(crate) status: String,
    pub(crate) detail: String,
}

/// A copy of a message.
pub(crate) type Copy = (MessageId, usize);

impl Erp {
    pub(crate) fn new(site: Site, plan: Arc<Plan>) -> Self {
        let mut answers = HashMap::<_, Vec<_>>::new();
        for (id, message) in plan.messages.iter().enumerate() {
            if let (When::After(event), Some(order)) = (message.when, message.order) {
                let order = plan.orders[order].seller_id();
                let copies = (0..message.copies.len()).map(|copy| (event, (id, copy)));
                answers.entry(order).or_default().extend(copies);
            }
        }
        Self {
            site,
            plan,
            answers,
            memory: Mutex::default(),
        }
    }

    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap()
    }

    /// Sends copies, those of one queue together, until the queues have taken them.
    pub(crate) async fn say(&self, copies: &[Copy]) {
        let mut by_queue = BTreeMap::<Queue, Vec<Copy>>::new();
        for copy in copies {
            let queue = self.plan.messages[copy.0].queue;
            by_queue.entry(queue).or_default().push(*copy);
        }
        let requests = by_queue.iter().flat_map(|(queue, copies)| {
            let chunks = copies.chunks(AT_ONCE);
            chunks.map(|chunk| self.send(*queue, chunk))
        });
        futures::future::join_all(requests).await;
    }

    async fn send(&self, queue: Queue, copies: &[Copy]) {
        let tries = AtomicUsize::new(0);
        self.site
            .insist(async |place| {
                tries.fetch_add(1, Ordering::Relaxed);
                let mut request = place.sqs.send_message_batch();
                for (index, (id, copy)) in copies.iter().enumerate() {
                    let entry = SendMessageBatchRequestEntry::builder()
                        .id(index.to_string())
                        .message_body(&self.plan.messages[*id].copies[*copy]);
                    request = request.entries(entry.build().unwrap());
                }
                let url = &place.ready.queues[queue.name()];
                let sent = request.queue_url(url).send().await.map_err(drop)?;
                assert!(sent.failed.is_empty(), "{:?}", sent.failed);
                Ok::<(), ()>(())
            })
            .await;
        let mut memory = self.memory();
        memory.doubtful += (tries.into_inner() - 1) * copies.len();
        for (id, _) in copies {
            *memory.sent.entry(*id).or_default() += 1;
        }
    }

    /// Reads events, and says what the ERP says after each, until the task is given up.
    pub(crate) async fn listen(&self) {
        loop {
            let events = self
                .site
                .insist(async |place| {
                    let call = place.sqs.receive_message().max_number_of_messages(10);
                    let call = call.visibility_timeout(HIDDEN).wait_time_seconds(1);
                    let url = &place.ready.queues["orders"];
                    let received = call.queue_url(url).send().await;
                    received.map(|received| received.messages.unwrap_or_default())
                })
                .await;
            let mut answers = Vec::new();
            for event in &events {
                answers.extend(self.hear(event.body().unwrap()));
            }
            self.say(&answers).await;
            self.delete("orders", &events).await;
        }
    }

    /// Remembers an event; what is to be said after it.
    fn hear(&self, text: &str) -> Vec<Copy> {
        let event: Value = serde_json::from_str(text).unwrap();
        let mut memory = self.memory();
        if !memory
            .known
            .insert(event["id"].as_str().unwrap().to_owned())
        {
            memory.events_again += 1;
            return Vec::new();
        }
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        let (order, kind) = (text("subject"), text("type"));
        memory.events.entry(order.clone()).or_default().push(event);
        let answers = self.answers.get(&order).into_iter().flatten();
        let meant = answers.filter(|(after, _)| *after == kind);
        meant.map(|(_, copy)| *copy).collect()
    }

    /// Takes what is in the dead letters of a queue.
    pub(crate) async fn empty_dead_letters(&self, queue: &'static str) {
        loop {
            let letters = self
                .site
                .insist(async |place| {
                    let call = place.sqs.receive_message().max_number_of_messages(10);
                    let url = match queue {
                        "orders" => place.queue("erp-orders-dead.fifo"),
                        "relay" => place.queue("relay-failures"),
                        queue => place.ready.dead_letters[queue].clone(),
                    };
                    let call = call.queue_url(url).message_attribute_names("All");
                    let received = call.send().await;
                    received.map(|received| received.messages.unwrap_or_default())
                })
                .await;
            if letters.is_empty() {
                return;
            }
            let dead = letters.iter().map(|letter| DeadLetter::of(queue, letter));
            self.memory().dead.extend(dead);
            self.delete(queue, &letters).await;
        }
    }

    async fn delete(&self, queue: &'static str, messages: &[Message]) {
        if messages.is_empty() {
            return;
        }
        let place = self.site.place();
        let url = match queue {
            "orders" => place.ready.queues["orders"].clone(),
            "relay" => place.queue("relay-failures"),
            queue => place.ready.dead_letters[queue].clone(),
        };
        let entries = messages.iter().enumerate().map(|(index, message)| {
            let entry = DeleteMessageBatchRequestEntry::builder().id(index.to_string());
            let receipt = message.receipt_handle().unwrap();
            entry.receipt_handle(receipt).build().unwrap()
        });
        let request = place.sqs.delete_message_batch().queue_url(url);
        // What is not deleted comes again, and is known then.
        let _ = request.set_entries(Some(entries.collect())).send().await;
    }
}

impl DeadLetter {
    fn of(queue: &'static str, message: &Message) -> Self {
        let attribute = |name: &str| {
            let attributes = message.message_attributes()?;
            Some(attributes.get(name)?.string_value()?.to_owned())
        };
        Self {
            queue,
            body: message.body().unwrap().to_owned(),
            reason: attribute("reason").unwrap_or_default(),
            status: attribute("status").unwrap_or_default(),
            detail: attribute("detail").unwrap_or_default(),
        }
    }
}
