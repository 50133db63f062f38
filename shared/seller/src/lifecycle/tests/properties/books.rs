//! What adds up between any two events.

use std::collections::BTreeSet;

use super::*;

impl World {
    /// What holds between events.
    pub(super) fn adds_up(&mut self) -> Result<(), TestCaseError> {
        let order = &self.order;
        prop_assert_eq!(order.timeline.len() as u64, order.version);
        let json = serde_json::to_string(order).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Order>(&json).unwrap(), order);

        let sum = |kind, least| {
            let some = order.invoices.iter().filter(move |one| one.kind == kind);
            let some = some.filter(move |one| one.stage >= least);
            some.map(|one| one.value.get()).sum::<i64>()
        };
        let [sold, returned] = [InvoiceType::Output, InvoiceType::Input]
            .map(|kind| (sum(kind, Stage::Pending), sum(kind, Stage::Sent)));
        prop_assert!(sold.0 <= order.total.get(), "over-invoiced");
        prop_assert!(returned.0 <= sold.1, "more returned than sold");
        let pending = order
            .invoices
            .iter()
            .filter(|one| one.stage == Stage::Pending);
        let pending: BTreeSet<_> = pending.map(|one| one.number.clone()).collect();
        prop_assert_eq!(&pending, &self.on_their_way);
        let invoicing = order.invoices.has_pending(InvoiceType::Output);
        prop_assert!(!(invoicing && order.is_canceling()), "they cross");

        let count = |event| told(order).into_iter().filter(|one| *one == event).count();
        let complete = |kind| usize::from(order.invoices.is_complete(kind, order.total));
        prop_assert_eq!(count(EventType::Invoiced), complete(InvoiceType::Output));
        prop_assert_eq!(count(EventType::Returned), complete(InvoiceType::Input));
        prop_assert!(count(EventType::Delivered) <= 1);
        prop_assert!(count(EventType::Canceled) <= 1);
        prop_assert_eq!(count(EventType::DeliveryFailed), self.failures);
        if order.status() == "delivered" {
            prop_assert_eq!(count(EventType::Delivered), 1);
        }

        if let Some(receipt) = order.state.authorization() {
            let first = self.authorization.get_or_insert_with(|| receipt.clone());
            prop_assert_eq!(&*first, receipt);
        }
        self.is_what_it_was_modified_to()?;
        self.units_are_somewhere()
    }

    /// Each unit is reserved, back for sale or shipped.
    fn units_are_somewhere(&self) -> Result<(), TestCaseError> {
        let order = &self.order;
        let sold = order.invoices.furthest_of_all().is_some();
        for here in self.units.values() {
            let expected = match order.status() {
                "placed" | "needs_review" | "authorized" | "cancel_requested" => (here.ordered, 0),
                "partially_invoiced" => (here.ordered - here.shipped, here.shipped),
                "invoiced" | "shipped" | "delivered" | "returned" => (0, here.ordered),
                "canceled" if sold => (0, here.ordered),
                "canceled" | "expired" => (0, 0),
                status => return Err(TestCaseError::fail(status)),
            };
            prop_assert_eq!(
                (here.reserved, here.shipped),
                expected,
                "{}",
                order.status()
            );
        }
        Ok(())
    }
}
