//! The template as a tree whose nodes know their place, for errors that name it.

use std::time::Duration;

use super::Error;

/// A value of the template with every intrinsic function carried out.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// `Resources.PlaceOrder.Properties.Timeout`
    pub(super) path: String,
    pub(super) kind: Kind,
}

/// What a [`Node`] is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Null,
    Flag(bool),
    Number(i64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
    Reference(Reference),
}

/// A value that exists only once the resource does.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    /// Logical id.
    pub(super) resource: String,
    /// `AWS::SQS::Queue`
    pub(super) resource_type: String,
    /// The attribute that `Fn::GetAtt` names, or `Ref` for what `Ref` yields.
    pub(super) attribute: String,
}

/// What `Ref` yields, as [`Reference::attribute`].
pub(super) const REF: &str = "Ref";

impl Node {
    /// The value at `key` of a map, if there is one.
    pub(super) fn find(&self, key: &str) -> Result<Option<&Node>, Error> {
        let entries = self.entries()?;
        Ok(entries
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, node)| node))
    }

    /// The value at `key` of a map.
    pub(super) fn get(&self, key: &str) -> Result<&Node, Error> {
        self.find(key)?.ok_or_else(|| Error::Missing {
            path: join(&self.path, key),
        })
    }

    /// Refuses a map with other keys than these: skipping one would make the sandbox run something
    /// else than what is deployed.
    pub(super) fn only(&self, understood: &[&str]) -> Result<&Self, Error> {
        match self
            .entries()?
            .iter()
            .find(|(key, _)| !understood.contains(&key.as_str()))
        {
            None => Ok(self),
            Some((key, _)) => Err(Error::NotUnderstood {
                path: self.path.clone(),
                what: key.clone(),
            }),
        }
    }

    pub(super) fn entries(&self) -> Result<&[(String, Node)], Error> {
        match &self.kind {
            Kind::Map(entries) => Ok(entries),
            _ => Err(self.mismatch("a map")),
        }
    }

    pub(super) fn items(&self) -> Result<&[Node], Error> {
        match &self.kind {
            Kind::List(items) => Ok(items),
            _ => Err(self.mismatch("a list")),
        }
    }

    /// Text; numbers and flags are turned into it, as CloudFormation does.
    pub(super) fn text(&self) -> Result<String, Error> {
        match &self.kind {
            Kind::Text(text) => Ok(text.clone()),
            Kind::Number(number) => Ok(number.to_string()),
            Kind::Flag(flag) => Ok(flag.to_string()),
            _ => Err(self.mismatch("text")),
        }
    }

    /// A flag, also when written as text, as the defaults of parameters are.
    pub(super) fn flag(&self) -> Result<bool, Error> {
        match &self.kind {
            Kind::Flag(flag) => Some(*flag),
            Kind::Text(text) => text.parse().ok(),
            _ => None,
        }
        .ok_or_else(|| self.mismatch("true or false"))
    }

    /// A whole number that fits `T`, also when written as text.
    pub(super) fn whole<T: TryFrom<i64>>(&self) -> Result<T, Error> {
        let number: Option<i64> = match &self.kind {
            Kind::Number(number) => Some(*number),
            Kind::Text(text) => text.parse().ok(),
            _ => None,
        };
        number
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| self.mismatch("a whole number in its range"))
    }

    /// A number where -1 stands for "no limit".
    pub(super) fn limit<T: TryFrom<i64>>(&self) -> Result<Option<T>, Error> {
        if self.whole::<i64>()? == -1 {
            Ok(None)
        } else {
            self.whole().map(Some)
        }
    }

    /// A number of seconds.
    pub(super) fn seconds(&self) -> Result<Duration, Error> {
        self.whole().map(Duration::from_secs)
    }

    /// The logical id of the resource of that type whose attribute stands here.
    pub(super) fn refers_to(&self, resource_type: &str, attribute: &str) -> Result<String, Error> {
        match &self.kind {
            Kind::Reference(reference)
                if reference.resource_type == resource_type && reference.attribute == attribute =>
            {
                Ok(reference.resource.clone())
            }
            _ => Err(self.mismatch(&format!("the {attribute} of an {resource_type}"))),
        }
    }

    /// The same value as JSON, for what is handed on to an API.
    pub(super) fn to_json(&self) -> Result<serde_json::Value, Error> {
        Ok(match &self.kind {
            Kind::Null => serde_json::Value::Null,
            Kind::Flag(flag) => (*flag).into(),
            Kind::Number(number) => (*number).into(),
            Kind::Text(text) => text.as_str().into(),
            Kind::List(items) => items
                .iter()
                .map(Node::to_json)
                .collect::<Result<Vec<_>, _>>()?
                .into(),
            Kind::Map(entries) => entries
                .iter()
                .map(|(key, node)| Ok((key.clone(), node.to_json()?)))
                .collect::<Result<serde_json::Map<_, _>, Error>>()?
                .into(),
            Kind::Reference(_) => return Err(self.mismatch("a plain value")),
        })
    }

    /// `self` laid over `base` by the rules of SAM's `Globals`: maps are merged, lists joined, and
    /// of anything else `self` wins.
    pub(super) fn over(self, base: Node) -> Node {
        let kind = match (self.kind, base.kind) {
            (Kind::Map(own), Kind::Map(mut merged)) => {
                for (key, node) in own {
                    match merged.iter_mut().find(|(name, _)| *name == key) {
                        Some((_, below)) => *below = node.over(below.clone()),
                        None => merged.push((key, node)),
                    }
                }
                Kind::Map(merged)
            }
            (Kind::List(own), Kind::List(mut joined)) => {
                joined.extend(own);
                Kind::List(joined)
            }
            (own, _) => own,
        };
        Node {
            path: self.path,
            kind,
        }
    }

    /// An [`Error::Mismatch`] at this place.
    pub(super) fn mismatch(&self, expected: &str) -> Error {
        let found = match &self.kind {
            Kind::Null => "nothing".to_owned(),
            Kind::Flag(flag) => flag.to_string(),
            Kind::Number(number) => number.to_string(),
            Kind::Text(text) => format!("\"{text}\""),
            Kind::List(_) => "a list".to_owned(),
            Kind::Map(_) => "a map".to_owned(),
            Kind::Reference(Reference {
                resource,
                resource_type,
                attribute,
            }) => {
                format!("the {attribute} of {resource}, an {resource_type}")
            }
        };
        Error::Mismatch {
            path: self.path.clone(),
            expected: expected.to_owned(),
            found,
        }
    }
}

/// The path of what stands at `key` of what stands at `path`.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}
