//! Intrinsic functions: `Ref`, `Fn::Sub`, `Fn::GetAtt` and `Fn::If`, in their short and long forms.

use std::collections::{BTreeMap, BTreeSet};

use serde_norway::Value;

use super::Error;
use super::conditions::Conditions;
use super::node::{Kind, Node, REF, Reference, join};

/// What `AWS::StackName` is on one machine. Names begin with it in AWS; here it is cut off again.
const STACK_NAME: &str = "feirante";

/// Pseudo-parameters, with the values they have on one machine.
const PSEUDO_PARAMETERS: [(&str, &str); 5] = [
    ("AWS::AccountId", "000000000000"),
    ("AWS::Partition", "aws"),
    ("AWS::Region", "us-east-1"),
    ("AWS::StackName", STACK_NAME),
    ("AWS::URLSuffix", "amazonaws.com"),
];

/// What takes away the property or the item that it stands for.
const NO_VALUE: &str = "AWS::NoValue";

/// The names a template's values may refer to.
pub(super) struct Scope {
    parameters: BTreeMap<String, Kind>,
    conditions: Conditions,
    /// Types by logical id.
    resources: BTreeMap<String, String>,
    /// Logical ids of resources whose condition does not hold.
    left_out: BTreeSet<String>,
}

impl Scope {
    /// Knows the pseudo-parameters alone: enough to read the sections that define the others.
    pub(super) fn new() -> Self {
        let parameters = PSEUDO_PARAMETERS
            .map(|(name, value)| (name.to_owned(), Kind::Text(value.to_owned())))
            .into();
        Self {
            parameters,
            conditions: Conditions::default(),
            resources: BTreeMap::new(),
            left_out: BTreeSet::new(),
        }
    }

    pub(super) fn add_parameter(&mut self, name: &str, default: Kind) {
        self.parameters.insert(name.to_owned(), default);
    }

    pub(super) fn add_conditions(&mut self, conditions: Conditions) {
        self.conditions = conditions;
    }

    /// Whether the condition named at `path` holds.
    pub(super) fn holds(&self, path: &str, name: &str) -> Result<bool, Error> {
        self.conditions.holds(path, name)
    }

    pub(super) fn leave_out(&mut self, id: &str) {
        self.left_out.insert(id.to_owned());
    }

    pub(super) fn is_left_out(&self, id: &str) -> bool {
        self.left_out.contains(id)
    }

    pub(super) fn add_resource(&mut self, id: &str, resource_type: &str) {
        self.resources
            .insert(id.to_owned(), resource_type.to_owned());
    }

    pub(super) fn resource_type(&self, id: &str) -> Option<&str> {
        self.resources.get(id).map(String::as_str)
    }

    /// The value at `path` with every intrinsic function in it carried out.
    pub(super) fn resolve(&self, path: &str, value: &Value) -> Result<Node, Error> {
        self.resolve_part(path, value)?
            .ok_or_else(|| Error::NotUnderstood {
                path: path.to_owned(),
                what: format!("{NO_VALUE} here"),
            })
    }

    /// The same of an item of a list or a value of a map; `None`: it is not there.
    fn resolve_part(&self, path: &str, value: &Value) -> Result<Option<Node>, Error> {
        let kind = match intrinsic(value) {
            Some((function, argument)) => match (function.as_str(), argument) {
                (REF, Value::String(name)) if name == NO_VALUE => return Ok(None),
                ("Fn::If", Value::Sequence(parts)) => return self.choose(path, parts),
                _ => self.call(path, &function, argument)?,
            },
            None => self.plain(path, value)?,
        };
        Ok(Some(Node {
            path: path.to_owned(),
            kind,
        }))
    }

    /// `Fn::If`: the value for the case at hand. The other may refer to what is left out.
    fn choose(&self, path: &str, parts: &[Value]) -> Result<Option<Node>, Error> {
        let [Value::String(condition), held, otherwise] = parts else {
            return Err(Error::NotUnderstood {
                path: path.to_owned(),
                what: "Fn::If in this form".to_owned(),
            });
        };
        let chosen = match self.holds(path, condition)? {
            true => held,
            false => otherwise,
        };
        self.resolve_part(path, chosen)
    }

    fn plain(&self, path: &str, value: &Value) -> Result<Kind, Error> {
        let not_understood = |what: String| Error::NotUnderstood {
            path: path.to_owned(),
            what,
        };
        Ok(match value {
            Value::Null => Kind::Null,
            Value::Bool(flag) => Kind::Flag(*flag),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => Kind::Number(whole),
                None => return Err(not_understood(format!("the number {number}"))),
            },
            Value::String(text) => Kind::Text(text.clone()),
            Value::Sequence(items) => Kind::List(
                items
                    .iter()
                    .enumerate()
                    .filter_map(|(index, item)| {
                        let path = join(path, &index.to_string());
                        self.resolve_part(&path, item).transpose()
                    })
                    .collect::<Result<_, _>>()?,
            ),
            Value::Mapping(entries) => Kind::Map(
                entries
                    .iter()
                    .filter_map(|(key, value)| match key {
                        Value::String(key) => self
                            .resolve_part(&join(path, key), value)
                            .map(|node| Some((key.clone(), node?)))
                            .transpose(),
                        _ => Some(Err(not_understood("a key that isn't text".to_owned()))),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            Value::Tagged(tagged) => return Err(not_understood(tagged.tag.to_string())),
        })
    }

    fn call(&self, path: &str, function: &str, argument: &Value) -> Result<Kind, Error> {
        match (function, argument) {
            (REF, Value::String(name)) => self.look_up(path, name),
            ("Fn::Sub", Value::String(text)) => self.substitute(path, text),
            ("Fn::GetAtt", Value::String(name)) => match name.split_once('.') {
                Some((resource, attribute)) => self.attribute(path, resource, attribute),
                None => Err(Error::Unresolved {
                    path: path.to_owned(),
                    name: format!("{name}.?"),
                }),
            },
            ("Fn::GetAtt", Value::Sequence(parts)) => match parts.as_slice() {
                [Value::String(resource), Value::String(attribute)] => {
                    self.attribute(path, resource, attribute)
                }
                _ => Err(Error::NotUnderstood {
                    path: path.to_owned(),
                    what: "Fn::GetAtt of other than two texts".to_owned(),
                }),
            },
            (REF | "Fn::Sub" | "Fn::GetAtt" | "Fn::If", _) => Err(Error::NotUnderstood {
                path: path.to_owned(),
                what: format!("{function} in this form"),
            }),
            _ => Err(Error::NotUnderstood {
                path: path.to_owned(),
                what: function.to_owned(),
            }),
        }
    }

    /// `Ref`: a parameter's value, or what stands for a resource.
    fn look_up(&self, path: &str, name: &str) -> Result<Kind, Error> {
        match self.parameters.get(name) {
            Some(value) => Ok(value.clone()),
            None => self.attribute(path, name, REF),
        }
    }

    fn attribute(&self, path: &str, resource: &str, attribute: &str) -> Result<Kind, Error> {
        match self.resources.get(resource) {
            Some(resource_type) => Ok(Kind::Reference(Reference {
                resource: resource.to_owned(),
                resource_type: resource_type.clone(),
                attribute: attribute.to_owned(),
            })),
            None if self.is_left_out(resource) => Err(Error::LeftOut {
                path: path.to_owned(),
                name: resource.to_owned(),
            }),
            None => Err(Error::Unresolved {
                path: path.to_owned(),
                name: resource.to_owned(),
            }),
        }
    }

    /// `Fn::Sub`: a text with `${Name}`, `${Resource.Attribute}` and, for a plain `${…}`, `${!…}`.
    fn substitute(&self, path: &str, text: &str) -> Result<Kind, Error> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, variable)) = rest.split_once("${") {
            filled.push_str(before);
            let (name, after) = variable
                .split_once('}')
                .ok_or_else(|| Error::NotUnderstood {
                    path: path.to_owned(),
                    what: "a ${ without its }".to_owned(),
                })?;
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                filled.push_str(&format!("${{{literal}}}"));
                continue;
            }
            let kind = match name.split_once('.') {
                Some((resource, attribute)) => self.attribute(path, resource, attribute)?,
                None => self.look_up(path, name)?,
            };
            match kind {
                // The whole text is one reference, which is the reference itself.
                Kind::Reference(_) if filled.is_empty() && after.is_empty() => {
                    return Ok(kind);
                }
                Kind::Reference(_) => {
                    return Err(Error::NotUnderstood {
                        path: path.to_owned(),
                        what: format!("a text around ${{{name}}}, a resource"),
                    });
                }
                value => filled.push_str(
                    &Node {
                        path: path.to_owned(),
                        kind: value,
                    }
                    .text()?,
                ),
            }
        }
        filled.push_str(rest);
        Ok(Kind::Text(filled))
    }
}

/// The name of a queue or table without the stack's, which it must begin with in AWS: stacks share
/// their account.
pub(super) fn physical_name(node: &Node) -> Result<String, Error> {
    node.text()?
        .strip_prefix(STACK_NAME)
        .and_then(|name| name.strip_prefix('-'))
        .map(str::to_owned)
        .ok_or_else(|| node.mismatch("a name that begins with ${AWS::StackName}-"))
}

/// The long name and the argument of a value that is a call: `!Sub x` and `{"Fn::Sub": x}` alike.
pub(super) fn intrinsic(value: &Value) -> Option<(String, &Value)> {
    match value {
        Value::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = tag.trim_start_matches('!');
            let long = if name == REF {
                name.to_owned()
            } else {
                format!("Fn::{name}")
            };
            Some((long, &tagged.value))
        }
        Value::Mapping(entries) if entries.len() == 1 => {
            let (key, argument) = entries.iter().next()?;
            let key = key.as_str()?;
            (key == REF || key.starts_with("Fn::")).then(|| (key.to_owned(), argument))
        }
        _ => None,
    }
}
