use std::collections::BTreeSet;

use super::*;

#[test]
fn every_rule_has_an_answer_that_breaks_it() {
    let tables = [
        simulation::table(),
        placement::table(),
        fulfillment::table(),
    ];
    let broken = tables
        .into_iter()
        .flatten()
        .map(|bad| bad.rule)
        .chain(
            simulation::others()
                .into_iter()
                .flat_map(|(_, _, rules)| rules),
        )
        .chain(placement::repeated().into_iter().map(|(_, rule)| rule))
        .chain(
            cancellation::repeats()
                .into_iter()
                .flat_map(|(_, rules)| rules),
        )
        // Their test is `placement::a_repeat_has_the_first_answers_order_id`.
        .chain([Rule::OrderIdChanged, Rule::RepeatRefused])
        .collect::<BTreeSet<_>>();
    let all = Rule::ALL.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(broken, all);
}

#[test]
fn rules_have_short_names_of_their_own() {
    let names = Rule::ALL
        .iter()
        .map(|rule| rule.id())
        .collect::<BTreeSet<_>>();
    assert_eq!(names.len(), Rule::ALL.len());
    for name in names {
        assert!(
            name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
            "{name}"
        );
    }
}

#[test]
fn a_violation_reads_as_one_line() {
    let violation = Violation {
        rule: Rule::Cents,
        pointer: "/items/0/price".to_owned(),
        seen: "73.9".to_owned(),
    };
    assert_eq!(violation.to_string(), "cents: /items/0/price: 73.9");
    assert_eq!(
        serde_json::to_value(&violation).unwrap(),
        json!({"rule": "cents", "pointer": "/items/0/price", "seen": "73.9"})
    );
}
