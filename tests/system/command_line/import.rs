//! `feirante import`: offers from a file, checked, compared, sent.

mod cut_off;

use serde_json::{Value, json};

use super::program::{Ended, Files, feirante};
use crate::harness::System;
use crate::harness::bodies::shelf;

pub(super) async fn import(system: &System, arguments: &[&str]) -> Ended {
    let ready = system.ready();
    let servers = ["--dynamodb", &ready.dynamodb, "--sqs", &ready.sqs];
    feirante(&[&["import"], arguments, &servers].concat()).await
}

/// What an import tells programs.
pub(super) async fn report(system: &System, arguments: &[&str]) -> Value {
    let ended = import(system, &[arguments, &["--json"]].concat()).await;
    serde_json::from_str(ended.succeeded()).unwrap()
}

/// Price and units of a SKU, as a marketplace is told.
async fn told(system: &System, sku: &str) -> (Value, Value) {
    let reply = system.marketplace.simulate(&shelf(&[(sku, 1)])).await;
    let item = &reply.json()["items"][0];
    (
        item["price"].clone(),
        system.stock(sku).await.available.into(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spreadsheet_is_compared_then_sent_and_takes_effect() {
    let system = System::start().await;
    let files = Files::new();
    // As a spreadsheet in Portuguese saves it: Latin-1, semicolons, commas, CRLF.
    let text = "SKU;Nome;Peso kg;Pre\u{e7}o;Pre\u{e7}o de;Estoque;spec:Cor\r\n\
                novo;Ch\u{e1} \"verde\";0,25;12,50;15,00;7;Verde\r\n\
                2000037;;;75,00;80,00;99;\r\n\
                34562;;;;;4;\r\n";
    let latin: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let path = files.path("ofertas.csv");
    std::fs::write(&path, latin).unwrap();
    let path = path.to_str().unwrap();

    let dry = report(&system, &[path, "--dry-run"]).await;
    let changes = &dry["changes"];
    for (what, count) in [
        ("newSkus", 1),
        ("skus", 0),
        ("prices", 2),
        ("counts", 2),
        ("unchanged", 1),
    ] {
        assert_eq!(changes[what], count, "{what}: {dry:#}");
    }
    assert_eq!(dry["sent"], json!(null));
    assert!(
        changes["details"].as_array().unwrap().contains(&json!({
            "change": "price", "sku": "2000037", "place": "", "before": 7390, "after": 7500,
            "fields": ["list_price"],
        })),
        "{dry:#}"
    );
    assert_eq!(told(&system, "2000037").await, (json!(7390), json!(99)));

    // Not without being told to.
    let unasked = import(&system, &[path]).await;
    assert_eq!(unasked.status, Some(2), "{unasked:?}");
    assert!(unasked.err.contains("--yes"), "{unasked:?}");
    assert!(
        unasked.out.contains("73.90") && unasked.out.contains("75.00"),
        "{unasked:?}"
    );

    let sent = report(&system, &[path, "--yes"]).await;
    assert_eq!(sent["sent"], 5, "{sent:#}");
    system.erp.settled("offers").await;
    assert_eq!(told(&system, "novo").await, (json!(1250), json!(7)));
    assert_eq!(told(&system, "2000037").await, (json!(7500), json!(99)));
    assert_eq!(told(&system, "34562").await, (json!(890), json!(4)));
    assert!(system.erp.dead_letter_now("offers").await.is_none());

    // Now all of it is known, and nothing is left beside the file.
    let again = report(&system, &[path, "--yes"]).await;
    assert_eq!(
        (&again["sent"], &again["changes"]["unchanged"]),
        (&json!(0), &json!(6))
    );
    let all = report(&system, &[path, "--yes", "--all"]).await;
    assert_eq!(all["sent"], 6);
    assert_eq!(files.contents("").len(), 1);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_is_listed_with_its_place_and_nothing_is_sent() {
    let files = Files::new();
    let csv = files.write(
        "offers.csv",
        "sku,price,stock,warehouse,active\n\
         1,10.00,5,main,\n\
         \n\
         2,ten,1.000,main,\n\
         ,5.00,,,\n\
         1,11.00,5,loja,\n\
         3,,,main,\n\
         4,,,,maybe\n\
         5,73,90,main,yes,x\n",
    );
    let csv = csv.to_str().unwrap();
    let ended = feirante(&["import", csv, "--yes"]).await;
    let expected = [
        "4: price: is not a number like 1234, 73,90 or 1.234,56",
        "4: stock: can mean thousands or thousandths: write 1000",
        "5: sku: is missing",
        "6: the SKU's price there is in line 2 already: 1",
        "7: says nothing: neither data of the SKU nor a price nor stock",
        "8: active: is neither yes nor no",
        "9: has more cells than the first line: a cell with the delimiter in it needs quotes",
    ];
    let mut lines: Vec<String> = expected
        .iter()
        .map(|text| format!("error: {csv}:{text}"))
        .collect();
    lines.push(format!("error: {csv}: 7 mistakes; nothing was sent"));
    assert_eq!(ended.refused(), lines);

    for (name, content, mistake) in [
        (
            "a.csv",
            &b"price,stok\n"[..],
            ":1: stok: is no column of offers; stock is one",
        ),
        (
            "b.csv",
            b"",
            ":1: is empty: the first line names the columns",
        ),
        (
            "c.csv",
            b"\xff\xfes\0k\0u\0",
            ": is UTF-16: save it as CSV in UTF-8",
        ),
        (
            "d.csv",
            b"sku,name\n1,\"x\n2,y\n",
            ":2: has a quote that is never closed",
        ),
        (
            "e.jsonl",
            b"{\"type\":\"price\",\"sku\":\"1\",\"price\":1.5}",
            ":1: /price: is not an integer number of cents",
        ),
        (
            "f.csv",
            b"sku,price,sales_channel\n1,5,2\n",
            ":2: marketplace: is missing: a sales channel is one of a marketplace",
        ),
    ] {
        let path = files.path(name);
        std::fs::write(&path, content).unwrap();
        let ended = feirante(&["import", path.to_str().unwrap(), "--yes"]).await;
        let first = format!("error: {}{mistake}", path.display());
        assert_eq!(ended.refused()[0], first);
    }
    let missing = feirante(&["import", files.path("none.csv").to_str().unwrap()]).await;
    assert!(missing.refused()[0].contains("none.csv"), "{missing:?}");
}
