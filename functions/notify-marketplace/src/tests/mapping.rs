//! Suggestions under the marketplace's own names.

use feirante_seller::mapping::{Mapping, Name, Target, Unmapped};

use super::*;

impl World {
    /// A seller file that holds back what these names say nothing of.
    async fn map(&mut self, names: &[(Name, &str)]) {
        let names = names.iter().cloned();
        let names = names.map(|(name, to)| (name, Target::from(to.to_owned())));
        let mapping = Mapping::new(Unmapped::Hold, names);
        self.apply(|settings| settings.marketplaces[0].mapping = mapping)
            .await;
    }

    /// The schedule finds that the seller file has changed, and once it is in force everywhere the
    /// marketplace is told of every SKU again. What it was asked about SKU 1 then.
    async fn told_of_the_seller_file(&self) -> Vec<String> {
        self.tick(0).await;
        self.tick(80).await;
        self.asked();
        self.rest("1").await;
        // The page, and what it tells of.
        for text in self.take_sent() {
            self.receive_text(&text).await.unwrap();
        }
        let told = self.take_sent();
        assert_eq!(told.len(), 1, "{told:?}");
        let Task::Tell(mut notification) = Task::read(&told[0]).unwrap() else {
            panic!("{told:?}");
        };
        // As if its moment had come.
        notification.changed_at = Instant::now().plus(-READABLE_AFTER);
        self.receive(&notification).await.unwrap();
        self.asked()
    }

    async fn unmapped(&self) -> Vec<String> {
        match self.listing("1").await.unwrap().state {
            State::Error {
                problem: Problem::Unmapped { names },
            } => names.iter().map(ToString::to_string).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn suggested_brand(&self) -> String {
        let books = self.books();
        let suggestion = books.suggestion.as_ref().unwrap();
        suggestion["BrandName"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_held_sku_is_suggested_after_its_names_were_mapped() {
    let mut world = World::start().await;
    world.map(&[]).await;
    world.sell("1").await;
    // Nobody at the ERP can mend it: it is no dead letter.
    world.change("1", &ALL).await.unwrap();
    assert_eq!(world.asked(), ["announcement"]);
    // It may be known by other ways meanwhile.
    assert_eq!(world.told_of_the_seller_file().await, ["announcement"]);
    assert_eq!(world.unmapped().await, ["category c", "brand b"]);

    world.map(&[(Name::brand("B"), "Marca")]).await;
    assert_eq!(world.told_of_the_seller_file().await, ["announcement"]);
    assert_eq!(world.unmapped().await, ["category c"]);

    let names = [(Name::brand("B"), "Marca"), (Name::category("C"), "Moda/C")];
    world.map(&names).await;
    let asked = world.told_of_the_seller_file().await;
    assert_eq!(asked, ["announcement", "PUT suggestion"]);
    assert_eq!(world.state("1").await, "suggested");
    assert_eq!(world.suggested_brand(), "Marca");
}

#[tokio::test]
async fn a_denied_sku_is_offered_again_under_other_names_and_no_others() {
    let mut world = World::start().await;
    world.sell("1").await;
    waits(world.change("1", &ALL).await);
    assert_eq!(world.suggested_brand(), "b");
    world.books().decision = "Denied";
    world.tick(10).await;
    assert_eq!(world.state("1").await, "denied");
    world.told_of_the_seller_file().await;
    assert_eq!(world.state("1").await, "denied");

    world
        .map(&[(Name::brand("b"), "Marca"), (Name::category("*"), "*")])
        .await;
    let asked = world.told_of_the_seller_file().await;
    assert_eq!(asked, ["announcement", "PUT suggestion"]);
    assert_eq!(world.suggested_brand(), "Marca");
    world.tick(10).await;
    assert_eq!(world.state("1").await, "denied");

    // Another seller file, of the same names.
    world
        .apply(|settings| settings.marketplaces[0].suggestions.ean_as_array = true)
        .await;
    assert_eq!(world.told_of_the_seller_file().await, [""; 0]);
    assert_eq!(world.state("1").await, "denied");
}

#[tokio::test]
async fn a_pending_suggestion_is_replaced_by_one_under_other_names() {
    let mut world = World::start().await;
    world.sell("1").await;
    waits(world.change("1", &ALL).await);
    world.told_of_the_seller_file().await;
    assert_eq!(world.suggested_brand(), "b");
    world
        .map(&[(Name::brand("b"), "Marca"), (Name::category("*"), "*")])
        .await;
    assert_eq!(world.told_of_the_seller_file().await, ["PUT suggestion"]);
    assert_eq!(world.suggested_brand(), "Marca");
    assert_eq!(world.state("1").await, "suggested");
}
