using NativeHost.BitNet.Attention;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>What a model's sequences hold after rewinds, forks and steps that did not end.</summary>
public sealed class SequenceTests : IDisposable
{
    private static readonly int[] Tokens = RandomModelFile.Tokens(200);

    private readonly RandomModelFile _file = new(RandomModelFile.Small);

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task A_rewound_sequence_is_one_that_was_never_longer()
    {
        using var model = await ModelUnderTest.OpenPackedAsync(_file.Path);
        var expected = model.AppendEach(Tokens[..135]);

        foreach (var position in (int[])[134, 129, 128, 127, 1, 0])
        {
            model.Rewind(position);
            model.Append(RandomModelFile.Tokens(30, position));
            model.Rewind(position);
            Assert.Equal(position, model.Model.Position(0));
            Assert.Equal(expected[position], model.Append(Tokens.AsSpan()[position]));
            model.Append(Tokens.AsSpan(position + 1, 135 - position));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => model.Model.TryRewind(0, 137));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Model.TryRewind(0, -1));
    }

    [Theory]
    [InlineData(nameof(CacheFormat.Half))]
    [InlineData(nameof(CacheFormat.Byte))]
    public async Task A_forked_sequence_goes_on_as_its_source_would_have(string cache)
    {
        var options = new BitNetOptions { SequenceCount = 3, Cache = Enum.Parse<CacheFormat>(cache) };
        using var model = await ModelUnderTest.OpenPackedAsync(_file.Path, options);
        var expected = model.AppendEach(Tokens[..140]);
        model.AppendTo(1, RandomModelFile.Tokens(150, 9));
        var untouched = model.AppendTo(2, Tokens.AsSpan()[..3]);

        foreach (var shared in (int[])[139, 128, 1])
        {
            Assert.True(model.Model.TryFork(0, 1, shared));

            Assert.Equal((140, shared), (model.Model.Position(0), model.Model.Position(1)));
            Assert.Equal(expected[shared], model.AppendTo(1, Tokens.AsSpan()[shared]));
        }

        // Neither has changed the other.
        model.Rewind(139);
        Assert.Equal(expected[139], model.AppendTo(0, Tokens.AsSpan()[139]));
        model.Rewind(2, 2);
        Assert.Equal(untouched, model.AppendTo(2, Tokens.AsSpan()[2]));
        Assert.False(model.Model.TryFork(0, 0, 100));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Model.TryFork(0, 1, 141));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Model.TryFork(0, 1, 0));
    }

    [Theory]
    [InlineData(nameof(CacheFormat.Half))]
    [InlineData(nameof(CacheFormat.Byte))]
    public async Task A_saved_sequence_goes_on_elsewhere_as_it_would_have(string cache)
    {
        var options = new BitNetOptions { SequenceCount = 2, Cache = Enum.Parse<CacheFormat>(cache) };
        using var file = new TemporaryFile([]);
        using var model = await ModelUnderTest.OpenPackedAsync(_file.Path, options);
        model.Append(Tokens.AsSpan(0, 150));
        Assert.True(model.Model.TrySave(0, file.Path));
        var expected = model.Append(Tokens[150]);

        using var other = await ModelUnderTest.OpenPackedAsync(_file.Path, options);
        other.AppendTo(1, 3, 4, 5);
        Assert.True(other.Model.TryRestore(1, 150, file.Path));
        Assert.Equal(expected, other.AppendTo(1, Tokens[150]));

        Assert.False(other.Model.TryRestore(1, 149, file.Path));
        Assert.Equal(0, other.Model.Position(1));
        Assert.False(other.Model.TryRestore(1, 150, file.Path + "is not there"));
        Assert.False(other.Model.TrySave(1, Path.Combine(file.Path, "not a folder")));
    }

    [Fact]
    public async Task A_context_is_full_to_the_last_token_and_not_before()
    {
        using var model = await ModelUnderTest.OpenPackedAsync(_file.Path, contextTokens: 130);
        using var wide = await ModelUnderTest.OpenPackedAsync(_file.Path);

        Assert.Equal(StepOutcome.ContextFull, model.Step(0, Tokens.AsSpan()[..131]));
        Assert.Equal(0, model.Model.Position(0));
        Assert.Equal(wide.Append(Tokens.AsSpan()[..130]), model.Append(Tokens.AsSpan()[..130]));
        Assert.Equal(StepOutcome.ContextFull, model.Step(0, Tokens.AsSpan()[0]));
        Assert.Equal(130, model.Model.Position(0));
        model.Rewind(129);
        wide.Rewind(129);
        Assert.Equal(wide.Append(9), model.Append(9));
    }

    [Fact]
    public async Task An_aborted_step_has_appended_what_its_position_says_and_nothing_else()
    {
        var options = new BitNetOptions { SequenceCount = 2 };
        using var model = await ModelUnderTest.OpenPackedAsync(_file.Path, options, threads: 3);
        var expected = model.AppendEach(Tokens);
        var other = model.AppendTo(1, Tokens.AsSpan()[..9]);
        var random = new Random(5);
        var aborted = 0;

        // How many of them are aborted in the middle is up to the machine.
        for (var round = 0; round < 200 || (aborted < 10 && round < 5000); round++)
        {
            var (start, count) = (random.Next(0, 60), random.Next(1, 140));
            model.Rewind(start);
            using var raise = new Timer(_ => model.Abort.Raise(), null, random.Next(0, 6), Timeout.Infinite);
            SpinWait.SpinUntil(() => model.Abort.IsRaised, random.Next(0, 6));
            aborted += model.Step(0, Tokens.AsSpan()[start..(start + count)]) == StepOutcome.Aborted ? 1 : 0;
            await raise.DisposeAsync();
            model.Abort.Lower();

            var position = model.Model.Position(0);
            Assert.InRange(position, start, start + count);
            if (position < Tokens.Length)
            {
                Assert.Equal(expected[position], model.Append(Tokens.AsSpan()[position]));
            }

            // Puts back what the aborted step may have written over.
            model.Rewind(position);
            model.Rewind(8, 1);
            Assert.Equal(other, model.AppendTo(1, Tokens.AsSpan()[8]));
            if (position < 60)
            {
                model.Append(Tokens.AsSpan()[position..60]);
            }
        }

        Assert.True(aborted >= 10, $"{aborted} steps were aborted.");
    }
}
