//! What each event does in each state of an order (protocol §4.2).

use serde_json::{Value, json};

use crate::command_line::program::feirante;
use crate::harness::bodies::{naming, order};
use crate::harness::{Reply, Setup, Stock, System};

/// A moment by which every reservation has ended.
const MUCH_LATER: &str = "2126-01-01T00:00:00Z";

/// The states an order can be brought to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Placed,
    NeedsReview,
    /// Not paid, and not held any more.
    Released,
    Authorized,
    CancelRequested,
    Canceled,
    Expired,
}

use State::{Authorized, CancelRequested, Canceled, Expired, NeedsReview, Placed, Released};

impl State {
    const fn name(self) -> &'static str {
        match self {
            Placed | Released => "placed",
            NeedsReview => "needs_review",
            Authorized => "authorized",
            CancelRequested => "cancel_requested",
            Canceled => "canceled",
            Expired => "expired",
        }
    }

    /// What the ERP has been told by then.
    const fn told(self) -> &'static [&'static str] {
        match self {
            Placed => &["order.placed"],
            NeedsReview => &["order.needsReview"],
            Released => &["order.needsReview", "order.released"],
            Authorized => &["order.placed", "order.authorized"],
            CancelRequested => &[
                "order.placed",
                "order.authorized",
                "order.cancellationRequested",
            ],
            Canceled => &["order.placed", "order.canceled"],
            Expired => &["order.placed", "order.expired"],
        }
    }

    /// Units it holds.
    const fn reserved(self) -> i64 {
        match self {
            Placed | NeedsReview | Released | Authorized | CancelRequested => 1,
            Canceled | Expired => 0,
        }
    }
}

/// What happens to an order.
#[derive(Debug, Clone, Copy)]
enum Event {
    Placement,
    Authorization,
    Cancellation,
    ErpConfirms,
    ErpRefuses,
    ReservationEnds,
    /// A person takes it at its prices.
    Release,
}

/// An order in some state, of a SKU of its own so that its stock can be told apart.
struct Case<'a> {
    system: &'a System,
    name: String,
    sku: String,
    sent: Value,
}

impl<'a> Case<'a> {
    async fn new(system: &'a System, state: State, index: usize) -> Self {
        let name = format!("{}-{index}", state.name());
        let sku = format!("state-{name}");
        for message in [
            json!({"type": "sku", "sku": sku, "active": true, "name": sku}),
            json!({"type": "price", "sku": sku, "price": 1000}),
            json!({"type": "stock", "sku": sku, "warehouse": "main", "onHand": 1}),
        ] {
            system.erp.send("offers", message).await;
        }
        system.erp.settled("offers").await;
        let price = match state {
            NeedsReview | Released => 900,
            _ => 1000,
        };
        let sent = order(&name, &[(&sku, 1, price)]);
        let case = Self {
            system,
            name,
            sku,
            sent,
        };
        assert_eq!(case.place().await.status, 200, "{state:?}");
        match state {
            Placed | NeedsReview => {}
            Released => assert_eq!(case.release().await, "done"),
            Authorized => assert_eq!(case.authorize().await.status, 200),
            CancelRequested => {
                assert_eq!(case.authorize().await.status, 200);
                assert_eq!(case.cancel().await.body, b"");
            }
            Canceled => assert_eq!(case.cancel().await.status, 200),
            Expired => case.end_reservation().await,
        }
        assert_eq!(system.status(&case.id()).await, state.name());
        case
    }

    fn id(&self) -> String {
        format!("mkt1-{}", self.name)
    }

    async fn place(&self) -> Reply {
        self.system.marketplace.place(&json!([self.sent])).await
    }

    async fn authorize(&self) -> Reply {
        self.system
            .marketplace
            .authorize(&self.id(), &naming(&self.name))
            .await
    }

    async fn cancel(&self) -> Reply {
        self.system
            .marketplace
            .cancel(&self.id(), &naming(&self.name))
            .await
    }

    /// By the command; in a word whether it did.
    async fn release(&self) -> String {
        let (id, database) = (self.id(), &self.system.ready().dynamodb);
        let arguments = [
            "orders",
            "release",
            &id,
            "--by",
            "ana",
            "--dynamodb",
            database,
        ];
        let ended = feirante(&arguments).await;
        match ended.status {
            Some(0) => "done".to_owned(),
            Some(2) => "refused".to_owned(),
            _ => panic!("{ended:?}"),
        }
    }

    /// The schedule comes round long after. Other cases have no reservation that could end, since
    /// they are made one after the other.
    async fn end_reservation(&self) {
        let summary = self
            .system
            .invoke("expire-reservations", json!({"time": MUCH_LATER}))
            .await;
        assert_eq!(summary["failed"], 0);
    }

    /// Lets it happen; says in a word what was answered.
    async fn happens(&self, event: Event) -> String {
        let action = match event {
            Event::Placement => return said(&self.place().await),
            Event::Authorization => return said(&self.authorize().await),
            Event::Cancellation => return said(&self.cancel().await),
            Event::ReservationEnds => {
                self.end_reservation().await;
                return "done".to_owned();
            }
            Event::Release => return self.release().await,
            Event::ErpConfirms => "confirm",
            Event::ErpRefuses => "refuse",
        };
        let message = json!({"orderId": self.id(), "action": action});
        self.system.erp.send("cancellations", &message).await;
        self.system.erp.settled("cancellations").await;
        match self.system.erp.dead_letter_now("cancellations").await {
            None => "done".to_owned(),
            Some(letter) => {
                assert_eq!(letter.body, message.to_string());
                letter.status
            }
        }
    }
}

/// `empty`, a receipt's presence, or the refusal's code.
fn said(reply: &Reply) -> String {
    match reply.status {
        200 if reply.body.is_empty() => "empty".to_owned(),
        200 if reply.json().is_array() => "same".to_owned(),
        200 => "receipt".to_owned(),
        _ => reply.code(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_does_in_every_state_what_the_table_says() {
    let review = "[[marketplaces.divergence]]\nup_to_percent = 1\ndecision = \"authorize\"\n\
                  [[marketplaces.divergence]]\nup_to_percent = 50\ndecision = \"review\"\n#";
    let system = Setup::new()
        .seller("# [[marketplaces.divergence]]", review)
        .start()
        .await;
    use Event::Release;
    use Event::{Authorization, Cancellation, ErpConfirms, ErpRefuses, Placement, ReservationEnds};
    let table: [(State, Event, &str, State, &[&str]); 47] = [
        (Placed, Placement, "same", Placed, &[]),
        (
            Placed,
            Authorization,
            "receipt",
            Authorized,
            &["order.authorized"],
        ),
        (
            Placed,
            Cancellation,
            "receipt",
            Canceled,
            &["order.canceled"],
        ),
        (Placed, ErpConfirms, "409", Placed, &["delivery.failed"]),
        (Placed, ErpRefuses, "409", Placed, &["delivery.failed"]),
        (Placed, ReservationEnds, "done", Expired, &["order.expired"]),
        (NeedsReview, Placement, "same", NeedsReview, &[]),
        (
            NeedsReview,
            Authorization,
            "receipt",
            Authorized,
            &["order.authorized"],
        ),
        (
            NeedsReview,
            Cancellation,
            "receipt",
            Canceled,
            &["order.canceled"],
        ),
        (
            NeedsReview,
            ErpConfirms,
            "409",
            NeedsReview,
            &["delivery.failed"],
        ),
        (
            NeedsReview,
            ErpRefuses,
            "409",
            NeedsReview,
            &["delivery.failed"],
        ),
        (NeedsReview, ReservationEnds, "done", NeedsReview, &[]),
        (NeedsReview, Release, "done", Released, &["order.released"]),
        (Released, Placement, "same", Released, &[]),
        (
            Released,
            Authorization,
            "receipt",
            Authorized,
            &["order.authorized"],
        ),
        (
            Released,
            Cancellation,
            "receipt",
            Canceled,
            &["order.canceled"],
        ),
        (Released, ErpConfirms, "409", Released, &["delivery.failed"]),
        (Released, ErpRefuses, "409", Released, &["delivery.failed"]),
        (
            Released,
            ReservationEnds,
            "done",
            Expired,
            &["order.expired"],
        ),
        (Released, Release, "done", Released, &[]),
        (Placed, Release, "refused", Placed, &[]),
        (Authorized, Release, "refused", Authorized, &[]),
        (Canceled, Release, "refused", Canceled, &[]),
        (Authorized, Placement, "same", Authorized, &[]),
        (Authorized, Authorization, "receipt", Authorized, &[]),
        (
            Authorized,
            Cancellation,
            "empty",
            CancelRequested,
            &["order.cancellationRequested"],
        ),
        (
            Authorized,
            ErpConfirms,
            "409",
            Authorized,
            &["delivery.failed"],
        ),
        (
            Authorized,
            ErpRefuses,
            "409",
            Authorized,
            &["delivery.failed"],
        ),
        (Authorized, ReservationEnds, "done", Authorized, &[]),
        (CancelRequested, Placement, "same", CancelRequested, &[]),
        (
            CancelRequested,
            Authorization,
            "receipt",
            CancelRequested,
            &[],
        ),
        (CancelRequested, Cancellation, "empty", CancelRequested, &[]),
        (
            CancelRequested,
            ErpConfirms,
            "done",
            Canceled,
            &["order.canceled"],
        ),
        (CancelRequested, ErpRefuses, "done", CancelRequested, &[]),
        (
            CancelRequested,
            ReservationEnds,
            "done",
            CancelRequested,
            &[],
        ),
        (Canceled, Placement, "ES013", Canceled, &[]),
        (Canceled, Authorization, "ES018", Canceled, &[]),
        (Canceled, Cancellation, "receipt", Canceled, &[]),
        (Canceled, ErpConfirms, "done", Canceled, &[]),
        (Canceled, ErpRefuses, "409", Canceled, &["delivery.failed"]),
        (Canceled, ReservationEnds, "done", Canceled, &[]),
        (Expired, Placement, "ES013", Expired, &[]),
        (
            Expired,
            Authorization,
            "receipt",
            Authorized,
            &["order.authorized"],
        ),
        (
            Expired,
            Cancellation,
            "receipt",
            Canceled,
            &["order.canceled"],
        ),
        (Expired, ErpConfirms, "409", Expired, &["delivery.failed"]),
        (Expired, ErpRefuses, "409", Expired, &["delivery.failed"]),
        (Expired, ReservationEnds, "done", Expired, &[]),
    ];
    for (index, (state, event, answer, after, told)) in table.into_iter().enumerate() {
        let case = Case::new(&system, state, index).await;
        let answered = case.happens(event).await;
        assert_eq!(answered, answer, "{state:?} {event:?}");
        assert_eq!(
            system.status(&case.id()).await,
            after.name(),
            "{state:?} {event:?}"
        );
        let reserved = after.reserved();
        let stock = Stock {
            on_hand: 1,
            reserved,
            available: 1 - reserved,
        };
        assert_eq!(system.stock(&case.sku).await, stock, "{state:?} {event:?}");

        let expected: Vec<_> = state.told().iter().chain(told).copied().collect();
        system.erp.sees(expected.last().unwrap(), &case.id()).await;
        assert_eq!(
            system.erp.seen_of(&case.id()),
            expected,
            "{state:?} {event:?}"
        );
        // So that no reservation is left that a later case's schedule would end.
        case.cancel().await;
    }
    system.stop().await;
}
