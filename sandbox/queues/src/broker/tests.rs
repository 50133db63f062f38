//! Waiting receivers, in virtual time: tokio's clock stands still while there is something to do
//! and jumps to the next timer when there is not.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::{Broker, Demand};
use crate::clock::Clock;
use crate::message::{Draft, Message};
use crate::store::Store;
use crate::{QueueSpec, RedriveSpec, Storage};

/// Shows the time of tokio's timers.
struct TimersClock(Instant);

impl Clock for TimersClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + self.0.elapsed()
    }
}

fn spec(name: &str) -> QueueSpec {
    QueueSpec {
        name: name.to_owned(),
        visibility: Duration::from_secs(7),
        retention: Duration::from_hours(1),
        delay: Duration::ZERO,
        content_based_deduplication: true,
        redrive: None,
    }
}

fn standard(name: &str) -> QueueSpec {
    QueueSpec {
        content_based_deduplication: false,
        ..spec(name)
    }
}

fn broker(specs: &[QueueSpec]) -> Arc<Broker> {
    let clock = Arc::new(TimersClock(Instant::now()));
    let mut store = Store::open(&Storage::Memory, clock).unwrap();
    store.ensure(specs).unwrap();
    Arc::new(Broker::new(store))
}

fn draft(body: &str) -> Draft {
    Draft {
        body: body.to_owned(),
        ..Draft::default()
    }
}

fn waiting(queue: &str, seconds: u32) -> Demand {
    Demand {
        queue: queue.to_owned(),
        maximum: 10,
        visibility: None,
        wait: Some(seconds),
    }
}

/// Receives, and tells how long it took.
async fn timed(broker: &Broker, demand: Demand) -> (Vec<Message>, Duration) {
    let start = Instant::now();
    let messages = broker.receive(demand).await.unwrap();
    (messages, start.elapsed())
}

async fn send(broker: &Broker, queue: &str, draft: Draft) {
    broker
        .send(queue, vec![draft])
        .await
        .unwrap()
        .remove(0)
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_wait_in_vain_takes_its_time_and_no_more() {
    let broker = broker(&[standard("q")]);
    let (messages, took) = timed(&broker, waiting("q", 20)).await;
    assert!(messages.is_empty());
    assert_eq!(took, Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_does_not_wait_answers_at_once() {
    let broker = broker(&[standard("q")]);
    let (messages, took) = timed(&broker, waiting("q", 0)).await;
    assert!(messages.is_empty());
    assert_eq!(took, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_message_wakes_who_waits_for_it() {
    let broker = broker(&[standard("q")]);
    let (received, ()) = tokio::join!(timed(&broker, waiting("q", 20)), async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        send(&broker, "q", draft("one")).await;
    });
    assert_eq!(received.0.len(), 1);
    assert_eq!(received.1, Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_visibility_wakes_who_waits() {
    let broker = broker(&[standard("q")]);
    send(&broker, "q", draft("one")).await;
    broker.receive(waiting("q", 0)).await.unwrap();
    let (messages, took) = timed(&broker, waiting("q", 20)).await;
    assert_eq!((messages.len(), took), (1, Duration::from_secs(7)));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_delay_wakes_who_waits() {
    let broker = broker(&[standard("q")]);
    let delayed = Draft {
        delay: Some(5),
        ..draft("one")
    };
    send(&broker, "q", delayed).await;
    let (messages, took) = timed(&broker, waiting("q", 20)).await;
    assert_eq!((messages.len(), took), (1, Duration::from_secs(5)));
}

#[tokio::test(start_paused = true)]
async fn giving_a_message_back_wakes_who_waits() {
    let broker = broker(&[standard("q")]);
    send(&broker, "q", draft("one")).await;
    let held = broker.receive(waiting("q", 0)).await.unwrap().remove(0);
    let (received, ()) = tokio::join!(timed(&broker, waiting("q", 20)), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let change = vec![(held.receipt, 0)];
        broker.change_visibility("q", change).await.unwrap();
    });
    assert_eq!((received.0.len(), received.1), (1, Duration::from_secs(2)));
}

#[tokio::test(start_paused = true)]
async fn deleting_the_head_of_a_group_wakes_who_waits_for_the_next() {
    let broker = broker(&[spec("q.fifo")]);
    for body in ["one", "two"] {
        let grouped = Draft {
            group: Some("g".to_owned()),
            ..draft(body)
        };
        send(&broker, "q.fifo", grouped).await;
    }
    let one = Demand {
        maximum: 1,
        ..waiting("q.fifo", 0)
    };
    let held = broker.receive(one).await.unwrap().remove(0);
    let (received, ()) = tokio::join!(timed(&broker, waiting("q.fifo", 20)), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        broker.delete("q.fifo", vec![held.receipt]).await.unwrap();
    });
    assert_eq!((received.0.len(), received.1), (1, Duration::from_secs(2)));
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_wakes_who_waits_for_dead_letters() {
    let redriven = QueueSpec {
        redrive: Some(RedriveSpec {
            target: "dead".to_owned(),
            maximum_receives: 1,
        }),
        ..standard("q")
    };
    let broker = broker(&[redriven, standard("dead")]);
    send(&broker, "q", draft("one")).await;
    broker.receive(waiting("q", 0)).await.unwrap();
    let (dead, source) = tokio::join!(
        timed(&broker, waiting("dead", 20)),
        timed(&broker, waiting("q", 20)),
    );
    assert!(source.0.is_empty());
    assert_eq!((dead.0.len(), dead.1), (1, Duration::from_secs(7)));
}

#[tokio::test(start_paused = true)]
async fn each_message_goes_to_one_of_those_who_wait() {
    let broker = broker(&[standard("q")]);
    let demand = || Demand {
        maximum: 1,
        ..waiting("q", 1)
    };
    let (first, second, ()) = tokio::join!(
        timed(&broker, demand()),
        timed(&broker, demand()),
        send(&broker, "q", draft("one")),
    );
    assert_eq!(first.0.len() + second.0.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn stopping_sends_everybody_home() {
    let broker = broker(&[standard("q")]);
    let (received, ()) = tokio::join!(timed(&broker, waiting("q", 20)), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        broker.stop();
    });
    assert!(received.0.is_empty());
    assert_eq!(received.1, Duration::from_secs(1));
}
