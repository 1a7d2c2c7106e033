using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using NativeHost.Broker;
using NativeHost.Broker.Connecting;
using Xunit;

namespace NativeHost.Tests.Broker;

/// <summary>Both ends of the handshake understand each other: one writes by hand, the other has a serializer.</summary>
public sealed class HandshakeFramesTests
{
    [Theory]
    [InlineData("chrome-extension://abcdefghijklmnopabcdefghijklmnop/")]
    [InlineData("add-on@example.org")]
    [InlineData("\"quoted\" \\ \u0001\n\u2028 ä😀")]
    public void What_is_said_is_what_is_heard(string origin)
    {
        var hello = new Hello(Handshake.Protocol, "1.2.3", 77, Handshake.Extension, origin);

        var frame = HandshakeFrames.Of(hello);

        Assert.Equal(frame.Length - sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(frame));
        Assert.Equal(hello, JsonSerializer.Deserialize(frame.AsSpan(sizeof(int)), HandshakeJson.Default.Hello));
    }

    [Fact]
    public void Answers_are_read_as_the_broker_writes_them()
    {
        Answer[] answers = [new(Handshake.Welcome, "1.0.0", 5), new(Handshake.Refused, "1.0.0", 5, "upgrade_required", "too \"old\"")];

        Assert.All(answers, answer => Assert.Equal(
            answer, HandshakeFrames.TryReadAnswer(JsonSerializer.SerializeToUtf8Bytes(answer, HandshakeJson.Default.Answer))));
    }

    [Fact]
    public void What_a_later_broker_adds_is_passed_over()
        => Assert.Equal(
            new Answer(Handshake.Welcome, "2.0.0", 5),
            HandshakeFrames.TryReadAnswer("""{"more":{"status":["x"]},"status":"welcome","version":"2.0.0","pid":5}"""u8));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"status":"welcome"}""")]
    [InlineData("""{"status":1,"version":"1.0.0","pid":5}""")]
    [InlineData("""{"status":"welcome","version":"1.0.0","pid":"5"}""")]
    [InlineData("""{"status":"welcome","version":"1.0.0","pid":5""")]
    public void Anything_else_is_no_answer(string json) => Assert.Null(HandshakeFrames.TryReadAnswer(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void The_version_that_the_program_says_is_the_one_it_was_built_with()
        => Assert.Equal(HostVersion.Text, typeof(HostVersion).Assembly.GetName().Version!.ToString(3));
}
