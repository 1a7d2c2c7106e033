using NativeHost.Inference.Constraints;
using Xunit;

namespace NativeHost.Inference.Tests.Constraints;

public sealed class SchemaConstraintTests
{
    [Theory]
    [InlineData("{}", """{"a":[1,-2.5e+3,"x\u00e9\ud83d\ude00",null,true,{}]}""", """{"a":[1,]}""")]
    [InlineData("true", "3", "03")]
    [InlineData("""{"type":"object"}""", """{ "a": 1, "b": {"c": []} }""", "[]")]
    [InlineData("""{"properties":{"a":{"type":"integer"},"b":{"type":"null"}},"required":["b"]}""", """{"a":1,"b":null}""", """{"b":null,"a":1}""")]
    [InlineData("""{"properties":{"a":{"type":"integer"},"b":{"type":"null"}},"required":["b"]}""", "{\n  \"b\": null\n}", """{"a":1}""")]
    [InlineData("""{"properties":{"a":{"const":1}}}""", "{}", """{"b":1}""")]
    [InlineData("""{"properties":{"a":{"const":1}},"additionalProperties":{"type":"boolean"}}""", """{"a":1,"ab":true,"":false}""", """{"a":true}""")]
    [InlineData("""{"properties":{"a":{"const":1}},"additionalProperties":true}""", """{"b":[{}]}""", """{"\u0061":2}""")]
    [InlineData("""{"required":["a"]}""", """{"a":{}}""", "{}")]
    [InlineData("""{"patternProperties":{"^a":{"type":"integer"},"^b":false},"additionalProperties":{"type":"string"}}""", """{"a1":1,"c":"x"}""", """{"a1":"x"}""")]
    [InlineData("""{"patternProperties":{"^a":{"type":"integer"},"^b":false}}""", """{"a1":1}""", """{"b":1}""")]
    [InlineData("""{"properties":{"ab":{"minimum":5}},"patternProperties":{"^a":{"type":"integer"}}}""", """{"ab":6,"ac":1}""", """{"ab":4}""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"},"minProperties":1,"maxProperties":2}""", """{"a":1,"b":2}""", """{"a":1,"b":2,"c":3}""")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3}""", "[1, 2]", "[1]")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":70,"maxItems":80}""", "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]", "[1]")]
    [InlineData("""{"prefixItems":[{"type":"integer"},{"type":"string"}],"minItems":1}""", "[1]", "[]")]
    [InlineData("""{"prefixItems":[{"type":"integer"},{"type":"string"}],"items":{"type":"null"},"maxItems":3}""", """[1,"x",null]""", """[1,"x",null,null]""")]
    [InlineData("""{"prefixItems":[{"type":"integer"}],"items":false}""", "[]", "[1,2]")]
    [InlineData("""{"enum":["a",1,null,{"b":[1]}]}""", """{"b":[1]}""", """{"b":[2]}""")]
    [InlineData("""{"enum":["a",1,2.5,8],"type":["integer","string"],"maximum":5}""", "1", "8")]
    [InlineData("""{"enum":["a","abc"],"minLength":2}""", "\"abc\"", "\"a\"")]
    [InlineData("""{"const":"a\"b\n"}""", "\"a\\\"b\\n\"", "\"a\"")]
    [InlineData("""{"type":"string","minLength":2,"maxLength":3}""", "\"ä€\"", "\"ä\"")]
    [InlineData("""{"type":"string","minLength":2,"maxLength":3}""", "\"\\u00e4\\ud83d\\ude00x\"", "\"\\u00e4\\ud83d\"")]
    [InlineData("""{"type":"string","pattern":"b.d"}""", "\"abcde\"", "\"abde\"")]
    [InlineData("""{"type":"string","pattern":"^\\s\"$"}""", "\"\\n\\\"\"", "\"\\u000a\\\"\"")]
    [InlineData("""{"type":"string","pattern":"^[ab]*$","minLength":2,"maxLength":4}""", "\"abba\"", "\"ababa\"")]
    [InlineData("""{"type":"string","format":"date"}""", "\"2024-02-29\"", "\"2023-02-29\"")]
    [InlineData("""{"type":"string","format":"date-time"}""", "\"2023-12-31T23:59:59.5+01:00\"", "\"2023-12-31 23:59:59Z\"")]
    [InlineData("""{"type":"integer","minimum":-5,"maximum":123}""", "-5", "-6")]
    [InlineData("""{"type":"integer","minimum":-5,"maximum":123}""", "123", "124")]
    [InlineData("""{"type":"integer","exclusiveMinimum":9,"exclusiveMaximum":11.5}""", "11", "9")]
    [InlineData("""{"type":"integer","minimum":1000000000000000000}""", "1000000000000000001", "999999999999999999")]
    [InlineData("""{"type":"integer","multipleOf":7,"minimum":50,"maximum":70}""", "63", "64")]
    [InlineData("""{"type":"number","minimum":1.25,"exclusiveMaximum":1.5}""", "1.4999", "1.5")]
    [InlineData("""{"type":"number","minimum":-0.5,"maximum":2}""", "-0.5", "-0.51")]
    [InlineData("""{"type":"number","exclusiveMinimum":0}""", "0.001", "0.0")]
    [InlineData("""{"type":"number","maximum":-3.1}""", "-3.1", "-3.09")]
    [InlineData("""{"minimum":3}""", "4", "\"x\"")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"integer"}]}""", "3", "3.5")]
    [InlineData("""{"type":"object","properties":{"k":{},"v":{"type":"integer"}},"anyOf":[{"required":["k"]},{"required":["v"]}]}""", """{"v":1}""", "{}")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"integer"}]}""", "\"x\"", "null")]
    [InlineData("""{"oneOf":[{"type":"object","properties":{"t":{"const":"a"},"x":{"type":"integer"}},"required":["t"]},{"type":"object","properties":{"t":{"const":"b"}},"required":["t"]}]}""", """{"t":"a","x":1}""", """{"t":"b","x":1}""")]
    [InlineData("""{"oneOf":[{"type":"integer","maximum":3},{"type":"number","exclusiveMinimum":3}]}""", "3", "null")]
    [InlineData("""{"allOf":[{"properties":{"a":{"type":"number"}}},{"properties":{"a":{"type":["string","integer"]},"b":{"const":0}},"required":["a"]}]}""", """{"a":5,"b":0}""", """{"a":5.5}""")]
    [InlineData("""{"allOf":[{"properties":{"a":{}},"additionalProperties":false},{"properties":{"b":{}}}]}""", """{"a":0}""", """{"b":0}""")]
    [InlineData("""{"$ref":"#/$defs/n%25~1","$defs":{"n%/":{"type":"object","properties":{"next":{"$ref":"#/$defs/n%25~1"}}}}}""", """{"next":{"next":{}}}""", """{"next":[]}""")]
    [InlineData("""{"type":"array","items":{"$ref":"#"}}""", "[[],[[]]]", "[1]")]
    [InlineData("""{"properties":{"a":{"$ref":"#/$defs/x","description":"more","maximum":4}},"$defs":{"x":{"type":"integer"}}}""", """{"a":4}""", """{"a":5}""")]
    [InlineData("""{"type":"integer","format":"int32","x-vendor":1,"title":"t","default":7,"examples":[1],"$comment":"c","deprecated":true}""", "12", "1.5")]
    [InlineData("""{"properties":{"a":false,"b":{"type":"null"}}}""", """{"b":null}""", """{"a":1}""")]
    public void Values_of_a_schema_are_allowed_and_others_not(string schema, string value, string other)
    {
        Assert.True(Constrained.Allows(new JsonSchemaSpec(schema), value));
        Assert.False(Constrained.Allows(new JsonSchemaSpec(schema), other));
    }

    [Theory]
    [InlineData("""{"properties":{"a/b":{"type":"array","uniqueItems":true}}}""", "#/properties/a~1b/uniqueItems: The keyword 'uniqueItems' is not supported")]
    [InlineData("""{"not":{}}""", "#/not: ")]
    [InlineData("""{"if":{},"then":{}}""", "#/if: ")]
    [InlineData("""{"items":{"dependentRequired":{}}}""", "#/items/dependentRequired: ")]
    [InlineData("""{"propertyName":1}""", "#/propertyName: ")]
    [InlineData("""{"items":[{"type":"null"}]}""", "'prefixItems' since draft 2020-12")]
    [InlineData("""{"type":"strin"}""", "#/type: 'strin' is no type")]
    [InlineData("""{"type":"string","format":"phone"}""", "#/format: The format 'phone' is not supported")]
    [InlineData("""{"type":"string","pattern":"(?=a)"}""", "#/pattern: Assertions")]
    [InlineData("""{"$ref":"other.json#/a"}""", "#/$ref: Only references within the schema")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "#/$ref: The schema has nothing at #/$defs/none")]
    [InlineData("""{"$ref":"#"}""", "refers to itself")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}""", "refers to itself")]
    [InlineData("""{"anyOf":[{"$ref":"#"},{"type":"null"}]}""", "comes back to itself")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "#/oneOf: The options 0 and 1 may both hold")]
    [InlineData("""{"oneOf":[{"properties":{"a":{}}},{"type":"string"}]}""", "#/oneOf: The options 0 and 1 may both hold")]
    [InlineData("""{"type":"number","multipleOf":0.01}""", "#/multipleOf: ")]
    [InlineData("""{"type":"string","minLength":-1}""", "#/minLength: A whole number")]
    [InlineData("""{"type":"string","minLength":3,"maxLength":2}""", "No text satisfies")]
    [InlineData("""{"type":"integer","minimum":3,"maximum":2}""", "No text satisfies")]
    [InlineData("""{"type":"integer","minimum":2.1,"maximum":2.9}""", "No text satisfies")]
    [InlineData("""{"type":"array","minItems":3,"maxItems":2}""", "No text satisfies")]
    [InlineData("""{"type":"array","items":false,"minItems":1}""", "No text satisfies")]
    [InlineData("""{"enum":["a"],"type":"integer"}""", "No text satisfies")]
    [InlineData("""{"allOf":[{"const":1},{"const":2}]}""", "No text satisfies")]
    [InlineData("""{"type":"string","pattern":"^a$","minLength":2}""", "No text satisfies")]
    [InlineData("""{"required":["a"],"properties":{"a":false}}""", "No text satisfies")]
    [InlineData("""{"properties":{"a":{"$ref":"#"}},"required":["a"]}""", "No text satisfies")]
    [InlineData("false", "No text satisfies")]
    [InlineData("""{"type":"object","minProperties":2}""", "#/minProperties: ")]
    [InlineData("""{"patternProperties":{"^a":{},"b$":{}}}""", "exclude each other")]
    [InlineData("3", "#: A schema has to stand here")]
    [InlineData("{", "no JSON")]
    public void What_is_not_supported_or_contradicts_itself_is_refused_with_its_place(string schema, string message) =>
        Assert.Contains(message, Assert.Throws<ConstraintException>(() => Constrained.Compile(new JsonSchemaSpec(schema))).Message, StringComparison.Ordinal);

    [Fact]
    public void An_optional_property_that_nothing_satisfies_is_left_out() =>
        Assert.False(Constrained.Begins(new JsonSchemaSpec("""{"properties":{"a":{"type":"string","minLength":2,"maxLength":1},"b":{}}}"""), "{\"a"));

    [Fact]
    public void Surrogates_are_escaped_in_pairs_only()
    {
        var state = Constrained.Compile(new JsonSchemaSpec("""{"type":"string"}""")).Start();
        Assert.True("\"\\uD".All(character => state.Accept(new Token(character))));
        Assert.Equal("0123456789ABab", string.Concat(Constrained.CheckMask(state).Where(token => token.Id < 256).Select(token => (char)token.Id)));
        Assert.True("bFF".All(character => state.Accept(new Token(character))));
        Assert.Equal([new Token('\\')], Constrained.CheckMask(state).Where(token => token.Id < 256));
        Assert.True("\\ud".All(character => state.Accept(new Token(character))));
        Assert.Equal("CDEFcdef", string.Concat(Constrained.CheckMask(state).Where(token => token.Id < 256).Select(token => (char)token.Id)));
    }

    [Fact]
    public void Space_is_bounded()
    {
        var any = new JsonSchemaSpec("{}");

        Assert.True(Constrained.Allows(any, "[\n" + new string(' ', 24) + "1]"));
        Assert.False(Constrained.Begins(any, "[\n" + new string(' ', 25)));
        Assert.False(Constrained.Begins(any, "[  "));
        Assert.False(Constrained.Begins(any, "[\n\n"));
        Assert.False(Constrained.Begins(any, " ["));
    }
}
