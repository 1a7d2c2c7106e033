using System.Text;
using System.Text.Json;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Front.Tests;

public sealed class HeadScannerTests
{
    [Theory]
    [InlineData("""{"action":"ping","requestId":"a"}""", "a", false)]
    [InlineData("""{"requestId":7,"status":"success"}""", "7", true)]
    [InlineData("""{ "id" : -12 , "type" : "x" }""", "-12", false)]
    [InlineData("""{"request_id":"with \"quotes\" and \\ and \u00e9"}""", "with \"quotes\" and \\ and é", false)]
    [InlineData("""{"payload":{"requestId":"inner","status":"inner"},"type":"t"}""", null, false)]
    [InlineData("""{"list":[{"id":1}],"text":"\"id\":2,{","id":3}""", "3", false)]
    [InlineData("""{"id":1.5}""", null, false)]
    [InlineData("""{"id":null,"status":"error"}""", null, true)]
    [InlineData("""{"id":{"a":1},"x":2}""", null, false)]
    [InlineData("""{"identity":"x","statuses":1}""", null, false)]
    [InlineData("""{"request_id":"later","success":true,"data":{"id":"inner"}}""", "later", true)]
    [InlineData("""{"requestId":"a","id":null}""", "a", false)]
    [InlineData("""{"requestId":"a","id":{"b":1},"request_id":true,"status":1}""", "a", true)]
    [InlineData("""{"id":1,"request_id":2}""", "2", false)]
    [InlineData("""[{"id":1}]""", null, false)]
    [InlineData("nonsense\" { id", null, false)]
    [InlineData("", null, false)]
    public void It_finds_the_id_and_the_status_however_the_message_is_cut(string message, string? id, bool isFinal)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        var scanner = new HeadScanner();
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            scanner.Reset();
            scanner.Scan(bytes.AsSpan(0, cut));
            scanner.Scan(bytes.AsSpan(cut));

            Assert.Equal((id, isFinal), (scanner.ReadId()?.ToString(), scanner.IsFinal));
        }
    }

    [Theory]
    [InlineData("""{"route":"chat","request_id":"a","payload":{"action":"inner"}}""", true)]
    [InlineData("""{"action":"ping","route":"chat"}""", false)]
    [InlineData("""{"action":"ping","payload":{"route":"inner"}}""", false)]
    public void It_tells_the_later_envelope_from_the_usual_one(string message, bool isLater)
    {
        var scanner = new HeadScanner();
        scanner.Scan(Encoding.UTF8.GetBytes(message));

        Assert.Equal(isLater, scanner.IsLater);
        scanner.Reset();
        Assert.False(scanner.IsLater);
    }

    [Fact]
    public void It_finds_what_a_whole_parser_finds_in_messages_made_at_random()
    {
        var random = new Random(5);
        var scanner = new HeadScanner();
        for (var round = 0; round < 5_000; round++)
        {
            var message = MessageAtRandom(random);
            scanner.Reset();
            for (var rest = message.AsSpan(); rest.Length > 0;)
            {
                var piece = random.Next(1, rest.Length + 1);
                scanner.Scan(rest[..piece]);
                rest = rest[piece..];
            }

            var (id, isFinal) = ByParser(message);
            Assert.Equal((id, isFinal, Encoding.UTF8.GetString(message)), (scanner.ReadId(), scanner.IsFinal, Encoding.UTF8.GetString(message)));
        }
    }

    [Fact]
    public void An_id_that_is_longer_than_any_the_host_takes_is_none()
    {
        var scanner = new HeadScanner();

        scanner.Scan(Encoding.UTF8.GetBytes($$"""{"id":"{{new string('x', 10_000)}}","status":1}"""));

        Assert.Null(scanner.ReadId());
        Assert.True(scanner.IsFinal);
    }

    private static byte[] MessageAtRandom(Random random)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = random.Next(2) == 0 }))
        {
            WriteObject(json, random, depth: 0);
        }

        return stream.ToArray();
    }

    private static void WriteObject(Utf8JsonWriter json, Random random, int depth)
    {
        string[] names = ["action", "requestId", "id", "request_id", "status", "type", "payload", "i", "a longer name", "\"id\""];
        json.WriteStartObject();
        foreach (var name in random.GetItems(names, random.Next(6)).Distinct())
        {
            json.WritePropertyName(name);
            switch (random.Next(depth < 3 ? 7 : 4))
            {
                case 0:
                    json.WriteStringValue("text \\ \" {}[],: \u00fc\ud83d\ude00");
                    break;
                case 1:
                    json.WriteNumberValue(random.NextInt64());
                    break;
                case 2:
                    json.WriteNullValue();
                    break;
                case 3:
                    json.WriteBooleanValue(true);
                    break;
                case 4:
                    json.WriteStartArray();
                    json.WriteStringValue("id");
                    WriteObject(json, random, depth + 1);
                    json.WriteEndArray();
                    break;
                default:
                    WriteObject(json, random, depth + 1);
                    break;
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The last member that names an id, as the scanner takes it; what is neither a text nor an integer does not count.</summary>
    private static (RequestId? Id, bool IsFinal) ByParser(byte[] message)
    {
        using var document = JsonDocument.Parse(message);
        RequestId? id = null;
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Name is not ("requestId" or "request_id" or "id"))
            {
                continue;
            }

            id = member.Value.ValueKind switch
            {
                JsonValueKind.String => new RequestId(member.Value.GetString(), 0),
                JsonValueKind.Number => new RequestId(null, member.Value.GetInt64()),
                _ => id,
            };
        }

        return (id, document.RootElement.TryGetProperty("status", out _));
    }
}
