//! What the marketplace changes of an order, and what that does with its units and its total.

use feirante_models::modification::Withdrawal;
use feirante_models::outward::AgreementType;
use serde_json::json;

use super::world::of_lines;
use super::*;
use crate::lifecycle::Exchange;
use crate::lifecycle::tests::modification::{asking, change, failed, offers, terms};
use crate::order::reserved_units;

fn named(name: u8) -> feirante_models::ChangeRequestId {
    change(&format!("c-{name}"))
}

const fn agreement(confirmed: bool) -> AgreementType {
    if confirmed {
        AgreementType::Confirmation
    } else {
        AgreementType::Acknowledgment
    }
}

impl World {
    pub(super) fn modification_comes(
        &mut self,
        name: u8,
        removed: Option<(&str, i64)>,
        added: Option<(&str, i64)>,
        manual: i64,
    ) -> Result<(), TestCaseError> {
        let item = |(sku, units): (&str, i64)| json!({"id": sku, "quantity": units});
        let request = asking(
            named(name).as_str(),
            json!({
                "remove": removed.map(|units| json!({"items": [item(units)]})),
                "add": added.map(|units| json!({"items": [item(units)]})),
                "manualIncrementValue": (manual + 1).max(0),
                "manualDiscountValue": (-manual).max(0),
            }),
        );
        let (settings, offers) = (fixture::settings(), offers(&["a", "b", "c"]));
        let terms = terms(&settings, hours(self.now));
        let Ok(outcome) = request_modification(&terms, &self.order, &request, &offers) else {
            return Ok(());
        };
        self.outcome(outcome)?;
        // Come again, it changes nothing.
        let again = request_modification(&terms, &self.order, &request, &offers);
        prop_assert!(matches!(again, Ok(Outcome::Unchanged(_))), "{:?}", again);
        Ok(())
    }

    pub(super) fn is_confirmed(&mut self, name: u8, told: bool) -> Result<(), TestCaseError> {
        let (settings, offers) = (fixture::settings(), offers(&["a", "b", "c"]));
        let (terms, id) = (terms(&settings, hours(self.now)), named(name));
        let confirmed = AgreementType::Confirmation;
        let before = self.order.clone();
        let Ok(outcome) = agree(&terms, &before, &id, confirmed, told, &offers) else {
            return Ok(());
        };
        let is_open = before
            .modifications
            .open()
            .is_some_and(|open| open.id == id);
        if let Outcome::Change(transition, ()) = &outcome
            && is_open
        {
            let difference = before.modifications.get(&id).unwrap().difference;
            self.beside += difference.manual.get();
            let costs = transition.order.total.get() - before.total.get();
            prop_assert_eq!(Some(costs), difference.total().map(Cents::get));
            let of_lines = of_lines(&transition.order) - of_lines(&before);
            prop_assert_eq!(of_lines, difference.items.get() + difference.shipping.get());
        }
        self.outcome(outcome)?;
        let again = agree(&terms, &self.order, &id, confirmed, told, &offers);
        prop_assert_eq!(again, Ok(Outcome::Unchanged(())));
        Ok(())
    }

    pub(super) fn is_taken_back(&mut self, name: u8) -> Result<(), TestCaseError> {
        let (id, at) = (named(name), hours(self.now));
        match withdraw_modification(&self.order, &id, Withdrawal::default(), at) {
            Ok(outcome) => self.outcome(outcome),
            Err(_) => Ok(()),
        }
    }

    /// The marketplace can't be told how far the seller agrees: nothing else changes.
    pub(super) fn is_not_told(
        &mut self,
        name: u8,
        confirmed: bool,
        refused: bool,
    ) -> Result<(), TestCaseError> {
        let finality = if refused {
            Finality::Refused
        } else {
            Finality::Unanswered
        };
        let what = failed(named(name).as_str(), agreement(confirmed));
        let before = self.order.clone();
        self.failures += 1;
        self.outcome(undelivered(&before, what, finality, hours(self.now)))?;
        let after = Order {
            version: before.version,
            modifications: before.modifications.clone(),
            timeline: before.timeline.clone(),
            ..self.order.clone()
        };
        prop_assert_eq!(after, before);
        Ok(())
    }

    pub(super) fn is_told(&mut self, name: u8, confirmed: bool) -> Result<(), TestCaseError> {
        let agreement = agreement(confirmed);
        let at = hours(self.now);
        self.outcome(agreement_sent(
            &self.order,
            &named(name),
            agreement,
            sent(),
            at,
        ))
    }

    /// Units come to the order and others go.
    pub(super) fn exchanged(&mut self, exchange: Exchange) -> Result<(), TestCaseError> {
        for (sku, places) in exchange.units {
            for (place, units) in places {
                prop_assert_ne!(units, 0);
                let here = self.units.entry((sku.clone(), place)).or_default();
                here.ordered += units;
                here.reserved += units;
                prop_assert!(here.reserved >= 0, "gave back what it had not: {:?}", here);
            }
        }
        Ok(())
    }

    /// What holds of an order between any two events, however it was modified.
    pub(super) fn is_what_it_was_modified_to(&self) -> Result<(), TestCaseError> {
        let order = &self.order;
        prop_assert_eq!(order.total.get(), of_lines(order) + self.beside);
        prop_assert!(order.total >= Cents::ZERO);
        prop_assert!(!order.lines.is_empty());
        for (sku, places) in reserved_units([order]) {
            for (place, units) in places {
                let here = self.units.get(&(sku.clone(), place)).copied();
                prop_assert_eq!(here.unwrap_or_default().ordered, units, "{}", sku);
            }
        }
        let sold = |one: &Invoice| one.kind == InvoiceType::Output && one.is_sent();
        if order.modifications.open().is_some() {
            prop_assert_eq!(order.status(), "authorized");
            prop_assert!(!order.is_canceling() && !order.invoices.iter().any(sold));
        }
        let open = |one: &&crate::order::Modification| one.stage.alterations().is_some();
        prop_assert!(order.modifications.iter().filter(open).count() <= 1);
        Ok(())
    }
}
