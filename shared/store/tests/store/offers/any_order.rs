//! Messages come in any order and more than once; the newest of each kind is what holds.

use feirante_seller::offer::Offer;
use feirante_store::offers::Update;
use proptest::prelude::*;
use serde_json::json;

use crate::database::{TestDatabase, budget};
use crate::samples::{at, count, sku};

/// A message, by what it is about and when it was so.
#[derive(Debug, Clone, Copy)]
enum Message {
    Sku(i64),
    Price(i64, Option<i64>),
    MarketplacePrice(i64, Option<i64>),
    DatedPrice(i64, i64, Option<i64>),
    Count(&'static str, i64, i64),
}

fn messages() -> impl Strategy<Value = (Vec<Message>, Vec<Message>)> {
    let price = || prop::option::of(0..1000_i64);
    let message = prop_oneof![
        (1..9_i64).prop_map(Message::Sku),
        (1..9_i64, price()).prop_map(|(time, price)| Message::Price(time, price)),
        (1..9_i64, price()).prop_map(|(time, price)| Message::MarketplacePrice(time, price)),
        (1..9_i64, 1..3_i64, price())
            .prop_map(|(time, from, price)| Message::DatedPrice(time, from, price)),
        (
            prop::sample::select(vec!["main", "far"]),
            1..9_i64,
            0..50_i64
        )
            .prop_map(|(place, time, units)| Message::Count(place, time, units)),
    ];
    let messages = prop::collection::vec(message, 1..12).prop_map(|mut messages| {
        // Two messages of the same time about the same thing may contradict each other; which of
        // them holds is up to their order. Here every message has a time of its own.
        for (index, message) in messages.iter_mut().enumerate() {
            let own = i64::try_from(index).unwrap();
            match message {
                Message::Sku(time)
                | Message::Price(time, _)
                | Message::MarketplacePrice(time, _)
                | Message::DatedPrice(time, _, _)
                | Message::Count(_, time, _) => *time = *time * 100 + own,
            }
        }
        messages
    });
    messages.prop_flat_map(|messages| {
        // Some come twice.
        let repeated: Vec<_> = messages
            .iter()
            .chain(messages.iter().step_by(2))
            .copied()
            .collect();
        (Just(messages), Just(repeated).prop_shuffle())
    })
}

async fn send(db: &TestDatabase, code: &str, message: Message) -> Update {
    match message {
        Message::Sku(time) => {
            let data = json!({"sku": code, "active": time % 2 == 0, "name": time.to_string()});
            db.put_sku(data, time).await
        }
        Message::Price(time, price) => {
            db.set_price(json!({"sku": code, "price": price}), time)
                .await
        }
        Message::MarketplacePrice(time, price) => {
            let price = json!({"sku": code, "price": price, "marketplace": "mkt1"});
            db.set_price(price, time).await
        }
        Message::DatedPrice(time, from, price) => {
            let price = json!({"sku": code, "price": price, "validFrom": at(from)});
            db.set_price(price, time).await
        }
        Message::Count(place, time, units) => db
            .offers
            .count_stock(&count(code, place, units), at(time), budget())
            .await
            .unwrap(),
    }
}

/// An offer in a form that can be compared: prices come in any order.
fn comparable(offer: Option<Offer>) -> Option<Offer> {
    offer.map(|mut offer| {
        offer
            .prices
            .sort_by_key(|entry| (entry.marketplace.clone(), entry.valid_from));
        Offer {
            sku: sku("any"),
            ..offer
        }
    })
}

#[test]
fn the_newest_wins_in_whatever_order_messages_come() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let db = runtime.block_on(TestDatabase::start());
    let case = std::cell::Cell::new(0);
    proptest!(ProptestConfig::with_cases(48), |((sent, received) in messages())| {
        case.set(case.get() + 1);
        let (sorted, shuffled) = (format!("sorted {}", case.get()), format!("mixed {}", case.get()));
        runtime.block_on(async {
            let mut in_order = sent.clone();
            in_order.sort_by_key(|message| match message {
                Message::Sku(time)
                | Message::Price(time, _)
                | Message::MarketplacePrice(time, _)
                | Message::DatedPrice(time, _, _)
                | Message::Count(_, time, _) => *time,
            });
            for message in in_order {
                prop_assert_eq!(send(&db, &sorted, message).await, Update::Applied);
            }
            for message in received {
                send(&db, &shuffled, message).await;
            }
            let [one, other] = [db.offer(&sorted).await, db.offer(&shuffled).await].map(comparable);
            prop_assert_eq!(one, other);
            Ok(())
        })?;
    });
}
