use super::*;

/// Flaws that can't be made by changing one place, or that break two rules.
pub(in super::super) fn others() -> Vec<(Value, Reply, Vec<Rule>)> {
    use Rule::*;
    let good = answer();
    let change = |change: &dyn Fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        reply(&body)
    };
    let mut late = reply(&good);
    late.took = LIMIT + Duration::from_millis(1);
    let mut nameless = reply(&good);
    nameless.content_type = None;
    let indexing = json!({"items": request()["items"], "isCheckedIn": false});
    let twins = json!({"items": [{"id": "77", "quantity": 2, "seller": "1"},
                                 {"id": "77", "quantity": 2, "seller": "1"}]});
    vec![
        (request(), late, vec![AnswerLate]),
        (request(), nameless, vec![AnswerJson]),
        (
            request(),
            raw(200, "text/html", &good.to_string()),
            vec![AnswerJson],
        ),
        (
            request(),
            raw(200, "application/json", "{\"items\":["),
            vec![AnswerJson],
        ),
        (
            request(),
            raw(200, "application/json", "\u{feff}{}"),
            vec![AnswerJson],
        ),
        (request(), refusal(404), vec![AnswerStatus]),
        (
            request(),
            raw(500, "text/plain", "oops"),
            vec![AnswerStatus],
        ),
        (
            request(),
            raw(400, "text/plain", "oops"),
            vec![AnswerStatus, ErrorEnvelope],
        ),
        (
            request(),
            raw(400, "application/json", r#"{"error":"no"}"#),
            vec![AnswerStatus, ErrorEnvelope],
        ),
        (
            request(),
            change(&|body| body["logisticsInfo"][0]["quantity"] = json!(2)),
            vec![QuantityRange, RowsDiffer],
        ),
        (
            request(),
            change(&|body| body["items"][0]["quantity"] = json!(-1)),
            vec![QuantityRange, RowsDiffer],
        ),
        (
            request(),
            change(&|body| body["items"][1] = json!("34562")),
            vec![FieldType, RowsDiffer],
        ),
        (
            request(),
            change(&|body| body["items"][0]["requestIndex"] = json!(4)),
            vec![IndexRange, RowsDiffer],
        ),
        (
            request(),
            change(&|body| body["items"][0]["requestIndex"] = json!(-1)),
            vec![IndexRange, RowsDiffer],
        ),
        (
            request(),
            change(&|body| body["items"][0]["requestIndex"] = json!(1)),
            vec![Echo, IndexRepeated, RowsDiffer, RowsDiffer],
        ),
        (
            request(),
            change(&|body| body["logisticsInfo"][0]["itemIndex"] = json!(1)),
            vec![RowsDiffer, IndexRepeated, RowsDiffer],
        ),
        (
            request(),
            change(&|body| body["logisticsInfo"][0]["deliveryChannels"] = json!([])),
            vec![ChannelUnlisted, ChannelUnlisted],
        ),
        (
            request(),
            change(&|body| {
                for row in body["items"].as_array_mut().unwrap() {
                    row["quantity"] = json!(0);
                }
                for row in body["logisticsInfo"].as_array_mut().unwrap() {
                    row["quantity"] = json!(0);
                }
            }),
            vec![LogisticsEmpty],
        ),
        (
            indexing,
            change(&|body| {
                body["country"] = json!(null);
                body["postalCode"] = json!(null);
                body["logisticsInfo"][2]["slas"] = json!([]);
            }),
            vec![SlaWithoutAddress],
        ),
        (twins.clone(), reply(&twice(2, 3, 3)), vec![StockBalance]),
        (twins, reply(&twice(1, 3, 4)), vec![StockBalance]),
    ]
}
