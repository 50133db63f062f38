//! Messages that can't be understood.

use super::{FIRST, at, price, sku, stock, told};
use crate::harness::System;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_wrong_goes_to_the_dead_letters_as_it_came() {
    let system = System::start().await;
    let long = "x".repeat(101);
    let longer = "x".repeat(500_000);
    let mistakes = [
        ("not JSON", "object"),
        ("{", "JSON"),
        ("[]", "object"),
        (r#"{"sku":"1"}"#, "/type"),
        (r#"{"type":"size","sku":"1"}"#, "/type"),
        (r#"{"type":"price","price":1}"#, "sku"),
        (r#"{"type":"price","sku":"","price":1}"#, "/sku"),
        (r#"{"type":"price","sku":"1","price":73.9}"#, "/price"),
        (r#"{"type":"price","sku":"1","price":"7390"}"#, "/price"),
        (r#"{"type":"price","sku":"1","price":-1}"#, "/price"),
        (
            r#"{"type":"price","sku":"1","price":1,"salesChannel":"1"}"#,
            "/marketplace",
        ),
        (
            r#"{"type":"price","sku":"1","price":1,"asOf":"yesterday"}"#,
            "/asOf",
        ),
        (r#"{"type":"stock","sku":"1","warehouse":"main"}"#, "onHand"),
        (
            r#"{"type":"stock","sku":"1","warehouse":"main","onHand":1.5}"#,
            "/onHand",
        ),
        (
            r#"{"type":"stock","sku":"1","warehouse":"main","onHand":1e30}"#,
            "/onHand",
        ),
        (
            r#"{"type":"stock","sku":"1","warehouse":"a b","onHand":1}"#,
            "/warehouse",
        ),
        (
            r#"{"type":"stockAdjustment","sku":"1","warehouse":"main","delta":1}"#,
            "id",
        ),
        (r#"{"type":"sku","sku":"1","active":true}"#, "name"),
        (
            r#"{"type":"sku","sku":"1","active":"yes","name":"a"}"#,
            "/active",
        ),
        (
            r#"{"type":"sku","sku":"a\u0007b","active":true,"name":"a"}"#,
            "/sku",
        ),
    ];
    for (body, place) in mistakes {
        system.erp.send("offers", body).await;
        let letter = system.erp.dead_letter("offers").await;
        assert_eq!(letter.body, body);
        assert_eq!(
            (letter.reason.as_str(), letter.status.as_str()),
            ("invalid", "400"),
            "{body}"
        );
        assert!(letter.detail.contains(place), "{body}: {}", letter.detail);
    }
    let body = format!(r#"{{"type":"sku","sku":"1","active":true,"name":"{longer}"}}"#);
    system.erp.send("offers", &body).await;
    let letter = system.erp.dead_letter("offers").await;
    assert_eq!((letter.body, letter.status.as_str()), (body, "400"));
    assert!(letter.detail.contains("/name"), "{}", letter.detail);
    let body = price(&long, 1).to_string();
    system.erp.send("offers", &body).await;
    let letter = system.erp.dead_letter("offers").await;
    assert_eq!((letter.body, letter.status.as_str()), (body, "400"));
    assert!(
        letter.detail.contains("/sku") && letter.detail.contains("100"),
        "{}",
        letter.detail
    );
    // A hundred characters are a SKU, whatever they are but control characters.
    let longest = "ç/ #".repeat(25);
    system
        .offer(&[sku(&longest), price(&longest, 5), stock(&longest, 1)])
        .await;
    assert_eq!(told(&system.marketplace, &longest).await, Some((5, 1)));
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_message_holds_up_none_of_its_batch() {
    let system = System::start().await;
    let messages: Vec<String> = (0..10)
        .map(|index| match index % 2 {
            0 => format!(r#"{{"type":"nonsense","sku":"{index}"}}"#),
            _ => stock("2000037", 1000 + index).to_string(),
        })
        .collect();
    let entry = |(index, body): (usize, &String)| {
        let entry = aws_sdk_sqs::types::SendMessageBatchRequestEntry::builder();
        entry
            .id(index.to_string())
            .message_body(body)
            .build()
            .unwrap()
    };
    let batch = messages.iter().enumerate().map(entry).collect();
    // The last of them is the newest by its own word.
    let newest = at(FIRST, stock("2000037", 77)).to_string();
    let sqs = system.erp.sqs();
    let call = sqs
        .send_message_batch()
        .queue_url(&system.ready().queues["offers"]);
    let answer = call.set_entries(Some(batch)).send().await.unwrap();
    assert!(answer.failed().is_empty());
    system.erp.send("offers", newest).await;
    let mut letters = Vec::new();
    while letters.len() < 5 {
        letters.push(system.erp.dead_letter("offers").await.body);
    }
    letters.sort();
    let nonsense: Vec<_> = messages.iter().step_by(2).cloned().collect();
    assert_eq!(letters, nonsense);
    system.erp.settled("offers").await;
    assert_eq!(system.stock("2000037").await.on_hand, 77);
    // None came twice, as it would if a batch had failed as a whole.
    assert!(system.erp.dead_letter_now("offers").await.is_none());
    system.stop().await;
}
