//! What is answered.

use super::*;

#[test]
fn the_standard_order_is_answered_with_our_two_fields() {
    insta::assert_snapshot!(answer(O1), @r#"[{"marketplaceOrderId":"959311095-01","marketplaceServicesEndpoint":"http://oms.vtexinternal.com.br/api/oms?an=mkt1","marketplacePaymentValue":7590,"items":[{"id":"2000037","quantity":1,"seller":"1","price":7390}],"clientProfileData":{"email":"a@ct.vtex.com.br","firstName":"J","lastName":"A","documentType":null,"document":"3244239851","isCorporate":false},"shippingData":{"address":{"addressType":"Residencial","receiverName":"J A","postalCode":"22251-030","city":"Rio","state":"RJ","country":"BRA","street":"Rua A","number":"1","neighborhood":"B"},"logisticsInfo":[{"itemIndex":0,"selectedSla":"Normal","lockTTL":"8d","shippingEstimate":"5bd","price":200,"deliveryWindow":null}]},"paymentData":null,"orderId":"order-0","followUpEmail":"follow@seller.example"}]"#);
}

#[test]
fn a_list_is_answered_with_a_list_and_an_object_with_an_object() {
    let object = O1.trim().trim_start_matches('[').trim_end_matches(']');
    let second = object.replace("959311095-01", "959311095-02");
    let answered = answer(object);
    assert!(
        answered.starts_with(r#"{"marketplaceOrderId":"959311095-01""#),
        "{answered}"
    );
    assert_eq!(answer(O1), format!("[{answered}]"));
    assert_eq!(
        answer(&format!("[{object},{second}]")),
        format!(
            "[{answered},{}]",
            answered
                .replace("959311095-01", "959311095-02")
                .replace("order-0", "order-1")
        )
    );
}

#[test]
fn everything_of_the_published_example_comes_back() {
    let answered: serde_json::Value = serde_json::from_str(&answer(PUBLISHED)).unwrap();
    let mut expected: serde_json::Value = serde_json::from_str(PUBLISHED).unwrap();
    expected["orderId"] = "order-0".into();
    expected["followUpEmail"] = "follow@seller.example".into();
    assert_eq!(answered, expected);
}

#[test]
fn what_is_not_ours_to_read_goes_back_to_the_letter() {
    // Keys out of any order, ids beyond a float's precision, numbers with fractions, nesting,
    // spaces within values, escapes, equal names in unknown objects.
    let item = r#"{"zeta":1.50,"bundleItems":[{"id":9007199254740993,"quantity":2,"price":250.0}],"attachments":[ {"content":"\u00e7\/"} ],"id":"a","price":100,"itemAttachment":{"name":null,"content":{}},"seller":"1","alpha":1e2,"quantity":1}"#;
    let body = least(&format!("[{item}]"), "[]").replacen(
        '{',
        r#"{"unknown":{"b":12345678901234567890,"a":[1.0],"b":1},"orderGroup":null,"#,
        1,
    );
    let expected = body.strip_suffix('}').map(|body| {
        format!(r#"{body},"orderId":"order-0","followUpEmail":"follow@seller.example"}}"#)
    });
    assert_eq!(Some(answer(&body)), expected);
}

#[test]
fn numbers_we_read_go_back_in_one_spelling() {
    let item =
        r#"{"id":9007199254740993,"quantity":1.0,"seller":1,"price":2499.0,"commission":1.0}"#;
    let body = least(&format!("[{item}]"), r#"[{"itemIndex":0.0,"price":100.0}]"#).replacen(
        r#""1-01""#,
        r#"959311095,"marketplacePaymentValue":2.499e3"#,
        1,
    );
    let answered = answer(&body);
    for part in [
        r#"{"id":"9007199254740993","quantity":1,"seller":"1","price":2499,"commission":1.0}"#,
        r#""marketplaceOrderId":"959311095","marketplacePaymentValue":2499,"#,
    ] {
        assert!(answered.contains(part), "{part}: {answered}");
    }
}

#[test]
fn the_seller_has_one_spelling_in_its_place() {
    for (came, goes) in [
        (r#""Seller":"1""#, r#""seller":"1""#),
        (r#""Seller":1"#, r#""seller":"1""#),
        (r#""seller":"2","Seller":"1""#, r#""seller":"2""#),
        (r#""Seller":"1","seller":"2""#, r#""seller":"2""#),
        (r#""seller":null,"Seller":"1""#, r#""seller":"1""#),
        (r#""Seller":null,"seller":"1""#, r#""seller":"1""#),
    ] {
        let body = least(
            &format!(r#"[{{"id":"a",{came},"quantity":1,"price":1}}]"#),
            "[]",
        );
        let expected = format!(r#""items":[{{"id":"a",{goes},"quantity":1,"price":1}}]"#);
        assert!(
            answer(&body).contains(&expected),
            "{came}: {}",
            answer(&body)
        );
    }
}

#[test]
fn fields_of_our_names_are_ours() {
    let body = o1(
        r#""paymentData":null"#,
        r#""orderId":"theirs","followUpEmail":null"#,
    );
    let answered = answer(&body);
    assert!(
        answered.ends_with(r#""orderId":"order-0","followUpEmail":"follow@seller.example"}]"#),
        "{answered}"
    );
}

#[test]
fn a_seller_who_takes_the_payment_names_its_gateway_account() {
    for (came, goes) in [
        (
            r#""paymentData":null"#,
            r#""paymentData":{"merchantName":"gateway"}"#,
        ),
        (
            r#""paymentData":{"merchantName":null,"x":1.50}"#,
            r#""paymentData":{"merchantName":"gateway","x":1.50}"#,
        ),
        (
            r#""paymentData":{"x":1.50}"#,
            r#""paymentData":{"x":1.50,"merchantName":"gateway"}"#,
        ),
        // What the marketplace has named goes back to it, and so does what nobody documents.
        (
            r#""paymentData":{"merchantName":"another"}"#,
            r#""paymentData":{"merchantName":"another"}"#,
        ),
        (r#""paymentData":[]"#, r#""paymentData":[]"#),
    ] {
        let body = o1(r#""paymentData":null"#, came);
        let answered = answer_of(&body, Some("gateway"));
        assert!(answered.contains(goes), "{came}: {answered}");
        assert!(answer(&body).contains(came), "{came}");
    }
    let without = least(r#"[{"id":"a","seller":"1","quantity":1,"price":1}]"#, "[]");
    let answered = answer_of(&without, Some("gateway"));
    assert!(
        answered.ends_with(r#""paymentData":{"merchantName":"gateway"}}"#),
        "{answered}"
    );
}
