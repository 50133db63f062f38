//! What of the stock each marketplace may sell.

use serde_json::{Value, json};

use crate::harness::bodies::{cart, order};
use crate::harness::{Marketplace, Setup, System};

/// Two marketplaces, ten units of a SKU: `mkt1` leaves four, `mkt2` has the half of what there is.
async fn shared() -> System {
    let key = "key = \"q7\"\nsales_channels = [\"1\"]";
    let half = format!("{key}\n[marketplaces.stock]\nshare_percent = 50");
    let inbound = "[marketplaces.inbound]";
    Setup::new()
        .second_marketplace()
        .seller(key, &half)
        .seller(
            inbound,
            &format!("[marketplaces.stock]\nsafety = 4\n{inbound}"),
        )
        .sku("ten", 100, 10)
        .start()
        .await
}

/// What a marketplace is shown: quantity, stock, stock of its delivery channel.
async fn shown(marketplace: &Marketplace) -> [Value; 3] {
    let answer = marketplace.simulate(&cart(&[("ten", 100)])).await.json();
    let row = &answer["logisticsInfo"][0];
    let channel = &row["deliveryChannels"][0]["stockBalance"];
    [
        answer["items"][0]["quantity"].clone(),
        row["stockBalance"].clone(),
        channel.clone(),
    ]
}

async fn placed(marketplace: &Marketplace, id: &str, units: i64) -> (u16, String) {
    let order = order(id, &[("ten", units, 100)]);
    let reply = marketplace.place(&json!([order])).await;
    let code = if reply.status == 200 {
        String::new()
    } else {
        reply.code()
    };
    (reply.status, code)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_marketplace_is_shown_and_sold_what_it_may_sell() {
    let system = shared().await;
    let (first, second) = (&system.marketplace, system.second_marketplace());
    let of = |units: i64| [json!(units), json!(units), json!(units)];
    let refused = (409, "ES014".to_owned());
    let taken = (200, String::new());
    assert_eq!((shown(first).await, shown(&second).await), (of(6), of(5)));
    assert_eq!(placed(first, "seven", 7).await, refused);
    assert_eq!(placed(&second, "six", 6).await, refused);
    assert_eq!(placed(first, "six", 6).await, taken);
    assert_eq!(shown(&second).await, of(2));
    assert_eq!(placed(first, "one", 1).await, refused);
    assert_eq!(placed(&second, "three", 3).await, refused);
    assert_eq!(placed(&second, "two", 2).await, taken);
    // A repeat is one all the same, though there is nothing left for it.
    assert_eq!(placed(first, "six", 6).await, taken);
    assert_eq!(system.stock("ten").await.available, 2);
    system.stop().await;
}
