//! Every request, as a server gets it.

use feirante_marketplace::{Call, SuggestionFilter, SuggestionKind, SuggestionQuery, calls};
use feirante_seller::delivery::Lane;
use feirante_seller::settings::Marketplace;

use crate::fixture::{
    APP_KEY, APP_TOKEN, agree, announce, at, cancel, invoice, price, progress, send, shipment, sku,
    suggest,
};
use crate::server::Server;

const INVOICE: &str = r#"{"type":"Output","invoiceNumber":"NFe-00001","invoiceValue":7590,"issuanceDate":"2026-11-21T00:00:00.000Z","courier":"","trackingNumber":"","trackingUrl":"","items":[{"id":"2000037","quantity":1,"price":7390}]}"#;
const SHIPMENT: &str = r#"{"courier":"Correios","trackingNumber":"SR1","trackingUrl":"https://t.example/SR1","dispatchedDate":"2026-11-22"}"#;
const PROGRESS: &str = r#"{"isDelivered":false,"events":[{"city":"Rio","state":"RJ","description":"On its way","date":"2026-11-23T09:00:00.000Z"}],"deliveredDate":null}"#;
const CANCEL: &str = r#"{"reason":"Damaged","requestedByUser":false}"#;
const AGREEMENT: &str = r#"{"agreementType":"Confirmation"}"#;
const SUGGESTION: &str = r#"{"ProductId":"321","ProductName":"Product sample","ProductDescription":"sample","BrandName":"Brand 1","SkuName":"Sku sample","SellerId":"seller1","Height":1,"Width":1,"Length":1,"Weight":500,"Updated":null,"RefId":"REFID123","SellerStockKeepingUnitId":2000037,"CategoryFullPath":"Category 1","Images":[{"imageName":"Principal","imageUrl":"https://images.example/1.jpg"}],"ProductSpecifications":[],"SkuSpecifications":[],"MeasurementUnit":"un","UnitMultiplier":1,"AvailableQuantity":99,"Pricing":{"Currency":"BRL","SalePrice":7390,"CurrencySymbol":"R$"}}"#;

fn page(marketplace: &Marketplace) -> Call {
    let query = SuggestionQuery {
        words: Some("a b&c".to_owned()),
        kind: Some(SuggestionKind::Update),
        status: Some(SuggestionFilter::Pending),
        mapped: Some(false),
        matcher: Some("vtex-matcher".to_owned()),
        first: 51,
        count: 1_000,
    };
    calls::suggestions(marketplace, &query).unwrap()
}

/// A call by its name and lane, its default request, and its body.
type Row = (Call, &'static str, Lane, &'static str, &'static str);

fn every_request(m: &Marketplace, services: &str) -> Vec<Row> {
    use Lane::{Catalog, Orders};
    let services = Some(services);
    vec![
        (
            announce(m),
            "announce",
            Catalog,
            "POST /mkt1/api/sku-binding/pvt/skuseller/changenotification/seller1/2000037",
            "",
        ),
        (
            price(m),
            "price",
            Catalog,
            "POST /mkt1/api/notificator/seller1/changenotification/2000037/price",
            "",
        ),
        (
            calls::inventory_changed(m, &sku()).unwrap(),
            "inventory",
            Catalog,
            "POST /mkt1/api/notificator/seller1/changenotification/2000037/inventory",
            "",
        ),
        (
            suggest(m),
            "suggestion",
            Catalog,
            "PUT /mkt1/suggestions/seller1/2000037",
            SUGGESTION,
        ),
        (
            calls::suggestion(m, &sku()).unwrap(),
            "suggestion",
            Catalog,
            "GET /mkt1/suggestions/seller1/2000037",
            "",
        ),
        (
            calls::delete_suggestion(m, &sku()).unwrap(),
            "suggestion",
            Catalog,
            "DELETE /mkt1/suggestions/seller1/2000037",
            "",
        ),
        (
            calls::suggestions(m, &SuggestionQuery::default()).unwrap(),
            "suggestion",
            Catalog,
            "GET /mkt1/suggestions?seller=seller1&_from=1&_to=50",
            "",
        ),
        (
            page(m),
            "suggestion",
            Catalog,
            "GET /mkt1/suggestions?q=a+b%26c&type=update&seller=seller1&status=pending&hasmapping=false&matcherid=vtex-matcher&_from=51&_to=100",
            "",
        ),
        (
            calls::suggestion_versions(m, &sku()).unwrap(),
            "suggestion",
            Catalog,
            "GET /mkt1/suggestions/seller1/2000037/versions",
            "",
        ),
        (
            calls::suggestion_version(m, &sku(), "v/1").unwrap(),
            "suggestion",
            Catalog,
            "GET /mkt1/suggestions/seller1/2000037/versions/v%2F1",
            "",
        ),
        (
            invoice(m),
            "invoice",
            Orders,
            "POST /mkt1/api/oms/pvt/orders/959311095-01/invoice",
            INVOICE,
        ),
        (
            shipment(m, None),
            "shipment",
            Orders,
            "PATCH /mkt1/api/oms/pvt/orders/959311095-01/invoice/NFe-00001",
            SHIPMENT,
        ),
        (
            shipment(m, services),
            "shipment",
            Orders,
            "POST /mkt1/services/pvt/orders/959311095-01/invoice/NFe-00001?an=mkt1",
            SHIPMENT,
        ),
        (
            progress(m, None),
            "progress",
            Orders,
            "PUT /mkt1/api/oms/pvt/orders/959311095-01/invoice/NFe-00001/tracking",
            PROGRESS,
        ),
        (
            progress(m, services),
            "progress",
            Orders,
            "POST /mkt1/services/pvt/orders/959311095-01/invoice/NFe-00001/tracking?an=mkt1",
            PROGRESS,
        ),
        (
            cancel(m),
            "cancellation",
            Orders,
            "POST /mkt1/api/oms/pvt/orders/959311095-01/cancel",
            CANCEL,
        ),
        (
            agree(m, services),
            "agreement",
            Orders,
            "POST /mkt1/services/pvt/orders/959311095-01/changes/change-1/send-agreement?an=mkt1&accountName=mkt1",
            AGREEMENT,
        ),
    ]
}

#[tokio::test]
async fn every_request_is_made_as_the_protocol_says() {
    let server = Server::always(200, "").await;
    let marketplace = at(&server.url);
    let services = format!("{}/mkt1/services?an=mkt1", server.url);
    let rows = every_request(&marketplace, &services);
    for (call, name, lane, line, body) in &rows {
        assert_eq!((call.name(), call.lane()), (*name, *lane));
        send(call).await.unwrap();
        let seen = server.seen().pop().unwrap();
        assert_eq!(seen.line(), *line);
        assert_eq!(std::str::from_utf8(&seen.body).unwrap(), *body, "{line}");
        let mut headers: Vec<_> = seen.headers.keys().map(|name| name.as_str()).collect();
        headers.sort_unstable();
        let mut expected = vec![
            "accept",
            "accept-encoding",
            "content-type",
            "host",
            "user-agent",
            "x-vtex-api-appkey",
            "x-vtex-api-apptoken",
        ];
        if !line.starts_with("GET") {
            expected.insert(2, "content-length");
            assert_eq!(
                seen.header("content-length"),
                Some(body.len().to_string().as_str())
            );
        }
        assert_eq!(headers, expected, "{line}");
        assert_eq!(seen.header("accept"), Some("application/json"));
        assert_eq!(seen.header("content-type"), Some("application/json"));
        assert_eq!(seen.header("x-vtex-api-appkey"), Some(APP_KEY));
        assert_eq!(seen.header("x-vtex-api-apptoken"), Some(APP_TOKEN));
        assert_eq!(seen.header("host"), server.url.strip_prefix("http://"));
        assert!(seen.header("user-agent").unwrap().starts_with("feirante/"));
    }
    assert_eq!(server.seen().len(), rows.len());
}

#[test]
fn every_permission_is_one_of_the_protocol() {
    let marketplace = at("http://127.0.0.1:1");
    let services = "http://127.0.0.1:1";
    for (call, permission) in [
        (announce(&marketplace), "Edit Product"),
        (announce(&marketplace), "Seller SKUs"),
        (price(&marketplace), "View Seller"),
        (suggest(&marketplace), "Send marketplace suggestion"),
        (page(&marketplace), "Suggestion › Main"),
        (invoice(&marketplace), "Notify invoice"),
        (invoice(&marketplace), "Notify refund"),
        (shipment(&marketplace, None), "Notify invoice"),
        (progress(&marketplace, Some(services)), "Notify invoice"),
        (cancel(&marketplace), "Cancel order"),
        (cancel(&marketplace), "Order Cancellation"),
    ] {
        assert!(call.permission().contains(permission), "{call:?}");
    }
}

#[test]
fn a_call_shows_where_it_goes_and_not_what_it_says() {
    let shown = format!("{:?}", invoice(&at("http://127.0.0.1:1")));
    assert_eq!(
        shown,
        r#"Call { name: "invoice", route: POST http://127.0.0.1:1/mkt1/api/oms/pvt/orders/959311095-01/invoice, .. }"#
    );
}
