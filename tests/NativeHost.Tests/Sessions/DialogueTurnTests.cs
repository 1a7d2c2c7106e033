using System.Text;
using NativeHost.Inference;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Constraints;
using NativeHost.Inference.Generation;
using NativeHost.Sessions;
using Xunit;

namespace NativeHost.Tests.Sessions;

/// <summary>What is dropped of a conversation that is too long, and how an answer goes on.</summary>
public sealed class DialogueTurnTests
{
    private static readonly ChatMessage System = new(ChatRole.System, "Be brief.");

    [Fact]
    public void Pairs_are_dropped_from_the_front_until_there_are_bytes_enough()
    {
        var turn = Turn(OverflowPolicy.DropOldest, [System, User("1"), Answer("1"), User("2"), Answer("2"), User("3")]);

        Assert.True(turn.TryShorten(new ContextFullException(100, 101)));
        Assert.Equal((2, 4), (turn.Dropped, turn.Kept));
        Assert.True(turn.TryShorten(new ContextFullException(10, 100)));
        Assert.Equal(["Be brief.", "3"], turn.Request.Messages.Select(message => message.Content));
        Assert.False(turn.TryShorten(new ContextFullException(10, 100)));
        Assert.False(Turn(OverflowPolicy.Stop, [User("1"), User("2")]).TryShorten(new ContextFullException(1, 2)));
    }

    [Fact]
    public void A_million_questions_are_dropped_in_no_time()
    {
        var turn = Turn(OverflowPolicy.DropOldest, [.. Enumerable.Repeat(User("a"), 1_000_000)]);

        Assert.True(turn.TryShorten(new ContextFullException(1, 1_000_000)));
        Assert.InRange(turn.Kept, 1, 10);
    }

    [Fact]
    public void An_answer_goes_on_behind_a_shorter_conversation_and_keeps_what_it_has_when_more_is_dropped()
    {
        var turn = Turn(OverflowPolicy.Shift, [User("1"), Answer("1"), User("2"), Answer("2"), User("3"), Answer("Well,")]);

        Assert.True(turn.TryContinue(Result(" it", 3)));
        Assert.Equal(["2", "2", "3", "Well, it"], turn.Request.Messages.Select(message => message.Content));
        Assert.Equal(7, turn.Request.MaxNewTokens);
        Assert.True(turn.TryShorten(new ContextFullException(1, 2)));
        Assert.Equal(["3", "Well, it"], turn.Request.Messages.Select(message => message.Content));
        Assert.False(turn.TryContinue(Result(" it is", 5)));
    }

    [Theory]
    [InlineData(false, false, 3)]
    [InlineData(true, true, 3)]
    [InlineData(true, false, 10)]
    public void One_does_not_go_on_where_that_is_not_wanted_or_cannot_be(bool shifts, bool hasForm, int tokens)
    {
        var policy = shifts ? OverflowPolicy.Shift : OverflowPolicy.DropOldest;
        var request = new GenerationRequest { Messages = [User("1"), Answer("1"), User("2")], MaxNewTokens = 10, Constraint = hasForm ? new JsonValueSpec(true) : null };

        Assert.False(new DialogueTurn(session: null, request, policy).TryContinue(Result("a", tokens)));
    }

    private static DialogueTurn Turn(OverflowPolicy policy, ChatMessage[] messages) => new(session: null, new GenerationRequest { Messages = messages, MaxNewTokens = 10 }, policy);

    private static ChatMessage User(string text) => new(ChatRole.User, text);

    private static ChatMessage Answer(string text) => new(ChatRole.Assistant, text);

    private static GenerationResult Result(string text, int tokens)
        => new(Encoding.UTF8.GetBytes(text), StopReason.ContextFull, null, [.. Enumerable.Repeat(new Token(1), tokens)], 1, 0, default, default);
}
