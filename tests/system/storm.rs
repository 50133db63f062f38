//! Orders of two marketplaces at once, over three warehouses and a delivery window, with payments,
//! cancellations and expiries among them: no unit is sold twice or lost, no window overfull.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use feirante_models::{OrderId, SkuId, WarehouseId};
use feirante_seller::order::Order;
use feirante_store::{Budget, Offers, Orders};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::harness::bodies::{naming, order};
use crate::harness::{Marketplace, PATIENCE, Reply, Setup, System};
use crate::windows::{in_window, limited, offered};

const SKUS: [&str; 3] = ["s0", "s1", "s2"];
/// Counted at each warehouse, of each SKU.
const COUNTED: [(&str, i64); 3] = [("main", 5), ("far", 4), ("north", 6)];
const BUYERS: usize = 90;
const CAPACITY: u32 = 7;

async fn shop() -> System {
    let warehouses = "warehouses = [\"main\"]";
    let key = "key = \"q7\"\nsales_channels = [\"1\"]";
    let inbound = "[marketplaces.inbound]";
    let setup = limited(Setup::new(), CAPACITY)
        .options(|options| options.processes = 4)
        .second_marketplace()
        .seller(
            key,
            &format!("{key}\n[marketplaces.stock]\nshare_percent = 60"),
        )
        .seller(
            inbound,
            &format!("[marketplaces.stock]\nsafety = 2\n{inbound}"),
        )
        .seller(
            "id = \"main\"",
            "id = \"main\"\n[[warehouses]]\nid = \"far\"\n[[warehouses]]\nid = \"north\"",
        )
        .seller(
            warehouses,
            "split = true\nwarehouses = [\"main\", \"far\", \"north\"]",
        );
    let setup = SKUS
        .into_iter()
        .fold(setup, |setup, sku| setup.sku(sku, 100, COUNTED[0].1));
    let system = setup.start().await;
    for sku in SKUS {
        for (warehouse, units) in &COUNTED[1..] {
            let count =
                json!({"type": "stock", "sku": sku, "warehouse": warehouse, "onHand": units});
            system.erp.send("offers", count).await;
        }
    }
    system.erp.settled("offers").await;
    system
}

/// Calls until the answer is not that the time was up: a marketplace does the same.
async fn insist(call: impl AsyncFn() -> Reply) -> Reply {
    let started = std::time::Instant::now();
    loop {
        let reply = call().await;
        if reply.status != 503 {
            return reply;
        }
        assert!(started.elapsed() < PATIENCE, "{reply:?}");
    }
}

/// What buyer number `buyer` wants: a unit, and three to seven more, which no warehouse may have.
fn wish(buyer: usize, window: &Value) -> Value {
    let units = i64::try_from(buyer % 5).unwrap() + 3;
    let lines = [(SKUS[buyer % 3], 1, 100), (SKUS[buyer / 2 % 3], units, 100)];
    let order = order(&format!("buyer-{buyer}"), &lines);
    if buyer.is_multiple_of(3) {
        in_window(order, window)
    } else {
        order
    }
}

/// Buys, and pays, gives up or forgets about it; whether there was an order.
async fn buy(marketplace: Marketplace, account: &str, buyer: usize, window: &Value) -> bool {
    let wish = json!([wish(buyer, window)]);
    let placed = insist(async || marketplace.place(&wish).await).await;
    if placed.status != 200 {
        // It had expired when the call that was cut off was made once more.
        let code = placed.code();
        assert!(["ES013", "ES014"].contains(&code.as_str()), "{placed:?}");
        assert_eq!(placed.status, 409);
        return code == "ES013";
    }
    let (theirs, ours) = (format!("buyer-{buyer}"), format!("{account}-buyer-{buyer}"));
    let body = naming(&theirs);
    if buyer % 4 < 2 {
        let paid = insist(async || marketplace.authorize(&ours, &body).await).await;
        assert!([200, 409].contains(&paid.status), "{paid:?}");
    }
    if buyer % 4 == 1 || buyer % 4 == 2 {
        let canceled = insist(async || marketplace.cancel(&ours, &body).await).await;
        assert_eq!(canceled.status, 200, "{canceled:?}");
    }
    true
}

/// The units that orders hold, by SKU and warehouse.
fn held<'a>(orders: impl Iterator<Item = &'a Order>) -> BTreeMap<(SkuId, WarehouseId), i64> {
    let mut held = BTreeMap::new();
    for line in orders.flat_map(|order| &order.lines) {
        assert_eq!(
            line.parts().map(|(_, units)| units.get()).sum::<i64>(),
            line.quantity.get()
        );
        for (warehouse, units) in line.parts() {
            *held
                .entry((line.sku.clone(), warehouse.clone()))
                .or_default() += units.get();
        }
    }
    held
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_at_once_no_unit_and_no_window_is_sold_twice_or_lost() {
    let system = shop().await;
    let window = &offered(&system, SKUS[0]).await[0];
    let accounts = [
        ("mkt1", system.marketplace.clone()),
        ("mkt2", system.second_marketplace()),
    ];
    // Seven units are at no one place. Its call is repeated in the storm.
    assert!(buy(accounts[1].1.clone(), "mkt2", 19, window).await);
    let buyers = (0..BUYERS).map(|buyer| {
        let (account, marketplace) = &accounts[buyer % 2];
        async move {
            let bought = buy(marketplace.clone(), account, buyer, window).await;
            bought.then(|| OrderId::parse(format!("{account}-buyer-{buyer}")).unwrap())
        }
    });
    let expiries = async {
        let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(9 * 24);
        for _ in 0..5 {
            system
                .invoke("expire-reservations", json!({"time": later.to_string()}))
                .await;
        }
    };
    let (bought, ()) = Box::pin(async { tokio::join!(join_all(buyers), expiries) }).await;

    let tables = &system.ready().tables;
    let orders = Orders::new(system.dynamodb(), &tables["orders"]);
    let offers = Offers::new(system.dynamodb(), &tables["offers"]);
    let budget = Budget::of(PATIENCE);
    let mut stories: HashMap<&str, usize> = HashMap::new();
    let (mut living, mut split, mut slots) = (Vec::new(), 0, BTreeSet::new());
    for id in bought.into_iter().flatten() {
        let order = orders.get(&id, budget).await.unwrap().unwrap();
        *stories.entry(order.status()).or_default() += 1;
        let lines = order.lines.iter();
        split += lines.filter(|line| line.parts().count() > 1).count();
        slots.extend(order.slots.iter().map(|slot| slot.id.clone()));
        if !["canceled", "expired"].contains(&order.status()) {
            living.push(order);
        }
    }
    eprintln!("{stories:?}; {split} lines were split");
    assert!(split > 0);

    let mut held = held(living.iter());
    let skus = SKUS.map(|sku| SkuId::parse(sku).unwrap());
    let read = offers.read_with_windows(&skus, &["Agendada"], budget).await;
    let (now, windows) = read.unwrap();
    for sku in &skus {
        for (warehouse, counted) in COUNTED {
            let warehouse = WarehouseId::parse(warehouse).unwrap();
            let stock = now[sku].stock[&warehouse];
            let reserved = held.remove(&(sku.clone(), warehouse)).unwrap_or(0);
            assert_eq!(
                (stock.on_hand, stock.reserved),
                (counted, reserved),
                "{sku}"
            );
            assert_eq!(stock.available, counted - reserved);
            assert!(stock.available >= 0, "{stock:?}");
        }
    }
    assert_eq!(held, BTreeMap::new());
    let windows = windows.unwrap();
    assert!(!slots.is_empty());
    for slot in slots {
        let of = |order: &&Order| order.slots.iter().any(|held| held.id == slot);
        let have = u32::try_from(living.iter().filter(of).count()).unwrap();
        assert_eq!(windows.taken(&slot), have, "{slot}");
        assert!(have <= CAPACITY, "{slot}: {have}");
    }
    system.stop().await;
}
