//! What functions write about their calls: nothing secret or personal, however much they are told to.

use std::sync::{Arc, Mutex};

use feirante_sandbox::LogSink;
use feirante_sandbox::template::Value;
use serde_json::{Value as Json, json};

use crate::harness::bodies::{cart, naming, o1};
use crate::harness::proxy::{Door, Fault};
use crate::outward::{QUICK, Say, Scripted, facing, invoice, place, shipment, with};

/// What a function's name is told with.
type Line = (String, String);

/// What the buyer, the marketplace and the seller would not want to read anywhere.
const TELLING: [&str; 12] = [
    "Mariazinha",
    "da Conceição",
    "maria.conceicao@example.com",
    "98765432100",
    "987.654.321-00",
    "+5521987654321",
    "Rua dos Segredos",
    "22270-031",
    "4111111111111111",
    "outbound-token",
    "inbound-token",
    "/m/k9",
];

/// An order with a buyer who can be told from others.
fn order(id: &str) -> Json {
    let mut order = o1(id);
    for (field, value) in [
        ("email", "maria.conceicao@example.com"),
        ("firstName", "Mariazinha"),
        ("lastName", "da Conceição"),
        ("document", "98765432100"),
        ("phone", "+5521987654321"),
    ] {
        order["clientProfileData"][field] = json!(value);
    }
    let address = &mut order["shippingData"]["address"];
    address["receiverName"] = json!("Mariazinha da Conceição");
    address["street"] = json!("Rua dos Segredos");
    address["postalCode"] = json!("22270-031");
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_or_personal_is_logged_at_any_level() {
    let (door, market) = (Door::open().await, Scripted::start().await);
    let lines = Arc::<Mutex<Vec<Line>>>::default();
    let written = Arc::clone(&lines);
    let setup = facing(&market, QUICK)
        .seller("app_token = \"T\"", "app_token = \"inbound-token\"")
        .options(|options| {
            door.lead(options);
            options.logs = LogSink::Each(Arc::new(move |function: &str, line: &str| {
                let line = (function.to_owned(), line.to_owned());
                written.lock().unwrap().push(line);
            }));
            for function in options.stack.functions.values_mut() {
                let level = Value::Text("trace".to_owned());
                function.environment.insert("LOG_LEVEL".to_owned(), level);
            }
        });
    let system = setup.start().await;
    let (sold, refused) = ("1-01", "1-02");
    door.strike("place-order", "TransactWriteItems", Fault::Throttle, 1);
    let cart = with(
        cart(&[("2000037", 1)]),
        json!({"clientProfileData": {"email": "maria.conceicao@example.com"}}),
    );
    assert_eq!(system.marketplace.simulate(&cart).await.status, 200);
    for id in [sold, refused] {
        let ours = place(&system, order(id)).await;
        let paid = with(
            naming(id),
            json!({"paymentData": {"cardHolder": "Mariazinha", "card": "4111111111111111"}}),
        );
        let reply = system.marketplace.authorize(&ours, &paid).await;
        assert_eq!(reply.status, 200);
    }
    // The marketplace repeats what it was told, in its own words and whole.
    let said = json!({"error": {"code": "7", "message": "no buyer maria.conceicao@example.com (987.654.321-00)"}});
    market.says(
        "/1-01/invoice",
        [
            Say::Full(503, Vec::new(), said.to_string()),
            Say::Full(500, Vec::new(), order(sold).to_string()),
        ],
    );
    market.says_always(
        "/1-02/invoice",
        Say::Full(400, Vec::new(), said.to_string()),
    );
    let document = json!({"embeddedInvoice": "<nfe><nome>Mariazinha</nome><cartao>4111111111111111</cartao></nfe>"});
    for id in ["mkt1-1-01", "mkt1-1-02"] {
        let items = [("2000037", 1, 7390)];
        let message = with(invoice(id, "NFe-1", 7590, &items), document.clone());
        system.erp.send("invoices", &message).await;
    }
    let event = system.erp.sees("delivery.failed", "mkt1-1-02").await;
    assert_eq!(event["data"]["failure"]["detail"], "7: no buyer *** (***)");
    system.erp.sees("order.invoiced", "mkt1-1-01").await;
    let tracking = shipment("mkt1-1-01", "NFe-1", "SR1");
    system.erp.send("tracking", &tracking).await;
    system.erp.settled("tracking").await;
    // Nor what can't be understood.
    let nonsense = json!({"type": "Mariazinha", "orderId": "mkt1-1-01", "document": "98765432100"});
    system.erp.send("cancellations", &nonsense).await;
    system.erp.dead_letter("cancellations").await;
    system.stop().await;

    let lines = lines.lock().unwrap();
    for function in [
        "simulate-fulfillment",
        "place-order",
        "authorize-fulfillment",
        "send-invoice",
        "send-tracking",
        "resolve-cancellation",
    ] {
        let told = |(name, line): &&Line| name == function && line.contains("\"level\":\"");
        assert!(lines.iter().any(|line| told(&line)), "{function} is silent");
    }
    // They do write what is of no use but to somebody who looks for a mistake.
    let tries = |(name, line): &&Line| name == "place-order" && line.contains("trying again");
    assert!(lines.iter().any(|line| tries(&line)));
    for (function, line) in lines.iter() {
        for telling in TELLING {
            assert!(!line.contains(telling), "{function}: {telling} in {line}");
        }
    }
}
