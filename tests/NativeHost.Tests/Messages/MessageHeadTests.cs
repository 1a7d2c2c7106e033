using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.Messages;

public sealed class MessageHeadTests
{
    [Fact]
    public void The_head_is_read_wherever_it_stands()
        => Assert.Equal(
            new MessageHead("load_model", new RequestId("7", 0), false),
            MessageHead.Parse("""{"settings":{"action":"no"},"requestId":"7","events":false,"action":"LOAD_Model"}"""u8));

    [Theory]
    [InlineData("""{"id":12}""", 12)]
    [InlineData("""{"request_id":-1}""", -1)]
    public void An_integer_id_stays_one(string json, long id)
        => Assert.Equal(new RequestId(null, id), MessageHead.Parse(System.Text.Encoding.UTF8.GetBytes(json)).Id);

    [Theory]
    [InlineData("null")]
    [InlineData("1.5")]
    [InlineData("1e99")]
    [InlineData("true")]
    [InlineData("""{"a":[1]}""")]
    [InlineData("[[]]")]
    public void What_cannot_be_an_id_is_none(string value)
    {
        foreach (var name in new[] { "id", "requestId", "request_id" })
        {
            Assert.Equal(new MessageHead("ping", null, true), Parse($$"""{"{{name}}":{{value}},"action":"ping"}"""));
            Assert.Equal(new RequestId("a", 0), Parse($$"""{"requestId":"a","{{name}}":{{value}}}""").Id);
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    public void A_namespace_of_nothing_is_none(string value)
        => Assert.Equal(new MessageHead("ping", null, true), Parse($$"""{"namespace":{{value}},"events":null,"action":"ping"}"""));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} x")]
    [InlineData("{'a':1}")]
    public void What_is_not_JSON_is_refused_as_such(string json)
        => Assert.Equal(ErrorCode.InvalidJson, Refusal(System.Text.Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Bad_UTF8_is_refused_even_where_nobody_looks()
        => Assert.Equal(ErrorCode.InvalidJson, Refusal([.. "{\"x\":\""u8, 0xFF, .. "\"}"u8]));

    [Theory]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("""{"action":5}""")]
    [InlineData("""{"events":"no"}""")]
    [InlineData("""{"events":{}}""")]
    [InlineData("""{"namespace":5}""")]
    [InlineData("""{"namespace":["a"]}""")]
    [InlineData("""{"action":"\ud800"}""")]
    public void What_is_no_request_is_refused_as_such(string json)
        => Assert.Equal(ErrorCode.InvalidRequest, Refusal(System.Text.Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void An_id_over_its_limit_is_refused()
        => Assert.Equal(
            ErrorCode.InvalidRequest, Refusal(System.Text.Encoding.UTF8.GetBytes($$"""{"id":"{{new string('x', 129)}}"}""")));

    [Fact]
    public void Bytes_of_any_kind_give_a_head_or_a_request_error()
    {
        var seed = """{"action":"load_model","requestId":"7","settings":{"n":[1,2,{"a":null}]}}"""u8.ToArray();
        var random = new Random(1);
        var unexpected = new SortedSet<string>();
        for (var round = 0; round < 200_000; round++)
        {
            var bytes = (byte[])seed.Clone();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(2) == 0
                    ? (byte)random.Next(256)
                    : "\"{}[]:,0159truefalsenull\\u"u8[random.Next(26)];
            }

            try
            {
                MessageHead.Parse(bytes.AsSpan(0, random.Next(1, bytes.Length + 1)));
            }
            catch (RequestException)
            {
            }
#pragma warning disable CA1031 // What else comes out is what the test looks for.
            catch (Exception e)
#pragma warning restore CA1031
            {
                unexpected.Add($"{e.GetType().Name}: {e.Message}");
            }
        }

        Assert.Empty(unexpected);
    }

    private static MessageHead Parse(string json) => MessageHead.Parse(System.Text.Encoding.UTF8.GetBytes(json));

    private static ErrorCode Refusal(byte[] json)
        => Assert.Throws<RequestException>(() => _ = MessageHead.Parse(json).Fault is { } fault ? throw fault : 0).Code;
}
