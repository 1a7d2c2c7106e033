using System.Text.Json.Serialization;

namespace NativeHost.Inference.Constraints;

/// <summary>What a generated text must look like. It is data: it goes to a worker process as JSON.</summary>
/// <remarks>
/// The parts are put together in code: a tool call after thinking is <c>Until("&lt;/think&gt;", then a sequence of "&lt;tool_call&gt;", the JSON of a schema, and "&lt;/tool_call&gt;")</c>.
/// Control tokens are never allowed but where a part asks for one, and within <see cref="UntilSpec"/>. Tokens that end a turn are allowed exactly where the text is complete.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(JsonSchemaSpec), "schema")]
[JsonDerivedType(typeof(JsonValueSpec), "json")]
[JsonDerivedType(typeof(RegexSpec), "regex")]
[JsonDerivedType(typeof(GrammarSpec), "grammar")]
[JsonDerivedType(typeof(ChoicesSpec), "choices")]
[JsonDerivedType(typeof(LiteralSpec), "literal")]
[JsonDerivedType(typeof(ControlSpec), "control")]
[JsonDerivedType(typeof(SequenceSpec), "sequence")]
[JsonDerivedType(typeof(AlternativesSpec), "alternatives")]
[JsonDerivedType(typeof(RepeatSpec), "repeat")]
[JsonDerivedType(typeof(UntilSpec), "until")]
public abstract record ConstraintSpec
{
    private protected ConstraintSpec()
    {
    }
}

/// <summary>JSON that satisfies a schema (JSON Schema, draft 2020-12, a documented subset; docs/structured-output.md).</summary>
/// <remarks>
/// Supported: type (lists too), enum, const, properties, required, additionalProperties, patternProperties (where no name fits two), minProperties and maxProperties
/// (of objects without declared properties), items, prefixItems, minItems, maxItems, minLength, maxLength, pattern,
/// format (date, time, date-time, uuid, email, hostname, ipv4, ipv6, uri), minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf (of whole numbers), anyOf, oneOf (of options that exclude each other), allOf, $ref within the schema,
/// $defs. What only describes is ignored: title, description, default, examples, $schema, $id, $comment, deprecated, readOnly, writeOnly. Any other keyword is an error that names its place.
/// Properties come in the order in which the schema declares them. Objects with declared properties have no others, unless additionalProperties says so.
/// Space between is bounded: none, one space, or a line feed with up to 24 spaces.
/// </remarks>
/// <param name="Schema">The schema's JSON text.</param>
public sealed record JsonSchemaSpec(string Schema) : ConstraintSpec;

/// <summary>Any JSON.</summary>
/// <param name="IsObject">Whether it is an object, in place of any value.</param>
public sealed record JsonValueSpec(bool IsObject) : ConstraintSpec;

/// <summary>A text that a regular expression matches as a whole.</summary>
/// <remarks>
/// Alternatives, groups, classes, <c>. \d \w \s \D \W \S \t \n \r \f \v \xHH \uHHHH \u{H} \p{category} \P{category}</c>, <c>* + ? {n} {n,} {n,m}</c>, and <c>^ $</c> at the ends.
/// <c>\d \w \s</c> are of ASCII. References back, assertions, word borders and flags are refused: they are not regular, or mean nothing here.
/// </remarks>
public sealed record RegexSpec(string Pattern) : ConstraintSpec;

/// <summary>A text of a grammar in llama.cpp's notation (GBNF), from its rule <c>root</c> on. Left recursion is refused.</summary>
public sealed record GrammarSpec(string Grammar) : ConstraintSpec;

/// <summary>One of several texts.</summary>
public sealed record ChoicesSpec(IReadOnlyList<string> Choices) : ConstraintSpec;

/// <summary>Exactly a text.</summary>
public sealed record LiteralSpec(string Text) : ConstraintSpec;

/// <summary>The control token of a text, such as <c>[TOOL_CALLS]</c>; where the vocabulary has no such control token, the text itself.</summary>
public sealed record ControlSpec(string Text) : ConstraintSpec;

/// <summary>One part after the other.</summary>
public sealed record SequenceSpec(IReadOnlyList<ConstraintSpec> Parts) : ConstraintSpec;

/// <summary>One of several.</summary>
public sealed record AlternativesSpec(IReadOnlyList<ConstraintSpec> Options) : ConstraintSpec;

/// <summary>The same several times.</summary>
/// <param name="Most">Null for any number.</param>
public sealed record RepeatSpec(ConstraintSpec Body, int Least, int? Most) : ConstraintSpec;

/// <summary>Any text up to and with the first appearance of a trigger's text, then what belongs to that trigger. Control tokens are allowed in it.</summary>
/// <param name="Triggers">May be none: then it is any text.</param>
/// <param name="MayEnd">Whether the text may also do without a trigger, and end, or go on with what follows, anywhere.</param>
public sealed record UntilSpec(IReadOnlyList<ConstraintTrigger> Triggers, bool MayEnd) : ConstraintSpec;

/// <param name="Text">What is waited for: a control token where the vocabulary has one of this text, and the text as characters.</param>
/// <param name="Then">What follows it at once.</param>
public sealed record ConstraintTrigger(string Text, ConstraintSpec Then);

[JsonSerializable(typeof(ConstraintSpec))]
internal sealed partial class ConstraintSpecJson : JsonSerializerContext;
