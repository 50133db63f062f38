//! Credentials go to the seller file's hosts and the marketplace's own, whatever an order's body
//! says (protocol §1.2).

use serde_json::json;

use crate::harness::bodies::o1;
use crate::outward::{
    QUICK, Say, Scripted, authorize, cancel, facing_orders, invoice, place, shipment,
};

const ITEM: [(&str, i64, i64); 1] = [("2000037", 1, 7390)];

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_off_the_list_gets_no_call_and_the_order_is_told_where_the_seller_says() {
    let market = Scripted::start().await;
    let trap = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let port = |url: &str| url.rsplit(':').next().unwrap().to_owned();
    let (ours, its) = (port(&market.url), port(&trap.url));
    let endpoints = [
        // Link-local: where a machine in the cloud finds its own credentials.
        "http://169.254.169.254/latest/meta-data/iam".to_owned(),
        "http://[fe80::1]/api/oms".to_owned(),
        // This machine, at another port, in all its spellings.
        format!("{}/api/oms?an=mkt1", trap.url),
        format!("http://localhost:{its}/api/oms?an=mkt1"),
        format!("http://localhost.:{its}/api/oms"),
        format!("http://127.1:{its}/api/oms"),
        format!("http://2130706433:{its}/api/oms"),
        format!("http://0x7f000001:{its}/api/oms"),
        format!("http://0177.0.0.1:{its}/api/oms"),
        format!("http://0.0.0.0:{its}/api/oms"),
        format!("http://[::ffff:127.0.0.1]:{its}/api/oms"),
        format!("http://127.0.0.1:{its}/127.0.0.1:{ours}/api/oms"),
        // A user who looks like a host, or a host that looks like a user.
        format!("http://127.0.0.1:{ours}@127.0.0.1:{its}/api/oms"),
        format!("http://mkt1.vtexcommercestable.com.br@127.0.0.1:{its}/api/oms"),
        format!("https://mkt1.vtexcommercestable.com.br:443@127.0.0.1:{its}/api/oms"),
        format!("http://user:password@127.0.0.1:{ours}/api/oms"),
        format!("http://127.0.0.1:{its}#@127.0.0.1:{ours}/api/oms"),
        format!("http://127.0.0.1:{its}\\@127.0.0.1:{ours}/api/oms"),
        format!("http://127.0.0.1:{its}\\.vtexcommercestable.com.br/api/oms"),
        format!("http://127.0.0.1:{its}?.vtexcommercestable.com.br/api/oms"),
        format!("http:\\\\127.0.0.1:{its}/api/oms"),
        format!("http://127.0.0.1\t:{its}/api/oms"),
        format!(" http://127.0.0.1:{its}/api/oms"),
        format!("http:127.0.0.1:{its}/api/oms"),
        format!("http:///127.0.0.1:{its}/api/oms"),
        format!("//127.0.0.1:{its}/api/oms"),
        // Look-alikes.
        format!("http://mkt1.vtexcommercestable.com.br.localhost:{its}/api/oms"),
        format!("http://vtexcommercestable.com.br.localhost:{its}/api/oms"),
        "https://mkt1.vtexcommercestable.com.br.evil.example/api/oms".to_owned(),
        "https://evilvtexcommercestable.com.br/api/oms".to_owned(),
        "https://vtexcommercestable.com.br/api/oms".to_owned(),
        "https://mkt1.vtexcommercestable.com.br:8443/api/oms".to_owned(),
        "https://mkt1\u{3002}vtexcommercestable\u{3002}com\u{3002}br/api/oms".to_owned(),
        "http://oms.vtexinternal.com.br/api/oms?an=mkt1".to_owned(),
        // No place to call at all.
        "file:///etc/passwd".to_owned(),
        format!("ftp://127.0.0.1:{its}/api/oms"),
        format!("ws://127.0.0.1:{its}/api/oms"),
        "javascript:alert(1)".to_owned(),
        "/api/oms".to_owned(),
        String::new(),
    ];
    let mut orders = Vec::new();
    for (index, endpoint) in endpoints.iter().enumerate() {
        let mut order = o1(&format!("1-{index:02}"));
        order["marketplaceServicesEndpoint"] = json!(endpoint);
        let id = place(&system, order).await;
        authorize(&system, &id).await;
        orders.push(id);
    }
    for order in &orders {
        system
            .erp
            .send("invoices", invoice(order, "NFe-1", 7590, &ITEM))
            .await;
    }
    for (index, order) in orders.iter().enumerate() {
        let call = format!("POST /api/oms/pvt/orders/1-{index:02}/invoice");
        let heard = &market.hears(&call, 1).await[0];
        assert_eq!(heard.call, call, "{}", endpoints[index]);
        system.erp.sees("order.invoiced", order).await;
    }
    assert_eq!(market.heard("").len(), orders.len());
    let trapped = trap.heard("");
    assert_eq!(trapped.len(), 0, "{trapped:#?}");
    assert!(system.erp.dead_letter_now("invoices").await.is_none());
    system.stop().await;
}

/// The marketplace, or whoever answers for it, sends us elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_not_followed_by_any_call_about_an_order() {
    let market = Scripted::start().await;
    let trap = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let sent_off = |status| {
        let to = format!("{}/api/oms/pvt/orders/1-01/cancel", trap.url);
        Say::Full(status, vec![("location", to)], String::new())
    };
    for (end, status) in [("/invoice", 302), ("/invoice/NFe-1", 307), ("/cancel", 308)] {
        market.says(end, [sent_off(status)]);
    }
    let mut orders = Vec::new();
    for theirs in ["1-01", "1-02"] {
        let mut order = o1(theirs);
        order["marketplaceServicesEndpoint"] = json!(format!("{}/api/oms?an=mkt1", market.url));
        let id = place(&system, order).await;
        authorize(&system, &id).await;
        orders.push(id);
    }
    system
        .erp
        .send("tracking", shipment(&orders[0], "NFe-1", "SR1"))
        .await;
    system
        .erp
        .send("invoices", invoice(&orders[0], "NFe-1", 7590, &ITEM))
        .await;
    system
        .erp
        .send("cancellations", cancel(&orders[1], "Damaged"))
        .await;
    for end in ["/1-01/invoice", "/1-01/invoice/NFe-1", "/1-02/cancel"] {
        assert!(market.hears(end, 2).await[0].call.ends_with("?an=mkt1"));
    }
    system.erp.sees("order.canceled", &orders[1]).await;
    assert_eq!(trap.heard("").len(), 0);
    system.stop().await;
}

/// An id of the marketplace's may hold anything; it stays one step of the path.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_id_can_t_lead_to_another_route() {
    let market = Scripted::start().await;
    let system = facing_orders(&market, QUICK).start().await;
    let theirs = "../1/cancel?an=mkt2#%2e";
    let id = place(&system, o1(theirs)).await;
    let named = json!({"marketplaceOrderId": theirs});
    assert_eq!(system.marketplace.authorize(&id, &named).await.status, 200);
    system
        .erp
        .send("invoices", invoice(&id, "NFe-1", 7590, &ITEM))
        .await;
    system.erp.sees("order.invoiced", &id).await;
    let calls: Vec<_> = market.heard("").into_iter().map(|one| one.call).collect();
    assert_eq!(
        calls,
        ["POST /api/oms/pvt/orders/..%2F1%2Fcancel%3Fan%3Dmkt2%23%252e/invoice"]
    );
    system.stop().await;
}
