using NativeHost.Gguf;
using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.ModelCache.Tests.Variants;

public sealed class RemoteHeaderTests
{
    private const int MiB = (int)Listings.MiB;

    [Fact]
    public async Task A_model_is_described_by_its_first_bytes()
    {
        var header = ModelHeader.Llama(writer =>
        {
            writer.Add("general.file_type", 1u);
            writer.Add("tokenizer.chat_template", "{{ messages }}");
        });
        var remote = new Remote(header, "Tiny-F16.gguf");

        var read = await remote.ReadAsync();

        Assert.Equal("llama", read.Header.Architecture);
        Assert.Equal(131_072, read.Header.ContextLength);
        Assert.Equal(16, read.Header.BlockCount);
        Assert.Equal(1_498_482_688, read.Parameters);
        Assert.Equal(["F16", "F32"], read.TensorTypes);
        Assert.Equal("F16", read.FileType?.Text);
        Assert.True(read.HasChatTemplate);
        Assert.Empty(read.Problems);
        Assert.Equal([(0, 2 * MiB)], remote.Ranges);
        Assert.Equal(2 * MiB, read.FetchedBytes);
    }

    [Fact]
    public async Task A_vocabulary_of_151_thousand_takes_less_than_16_MiB_and_no_byte_twice()
    {
        var header = ModelHeader.Llama(writer =>
        {
            writer.Add("tokenizer.ggml.tokens", [.. Enumerable.Range(0, 151_936).Select(token => $"token {token}")]);
            writer.Add("tokenizer.ggml.token_type", new int[151_936]);
            writer.Add("tokenizer.ggml.merges", [.. Enumerable.Range(0, 151_387).Select(merge => $"tok en{merge}")]);
        });
        var remote = new Remote(header, "Tiny-F16.gguf");

        var read = await remote.ReadAsync();

        Assert.Equal(128_256, read.Header.VocabularySize);
        Assert.InRange(read.FetchedBytes, header.Bytes.Length, 16 * MiB);
        Assert.Equal(read.FetchedBytes, remote.Ranges.Sum(range => (long)range.Count));
        Assert.Equal(remote.Ranges.Skip(1).Select(range => range.Offset), remote.Ranges.SkipLast(1).Select(range => range.Offset + range.Count));
        Assert.InRange(remote.Ranges.Count, 2, 4);
    }

    [Fact]
    public async Task A_small_file_is_not_asked_for_more_than_it_has()
    {
        using var writer = new GgufWriter("llama");
        ModelHeader.AddTensor(writer, "token_embd.weight", GgufTensorType.F32, 32, 32);
        var remote = new Remote(ModelHeader.Written(writer), "Tiny.gguf");

        var read = await remote.ReadAsync();

        Assert.Equal(1024, read.Parameters);
        Assert.False(read.HasChatTemplate);
        Assert.Null(read.FileType);
        Assert.Equal([(0L, (int)remote.Header.FileBytes)], remote.Ranges);
    }

    [Fact]
    public async Task A_header_without_an_end_is_given_up_before_it_costs_much()
    {
        // An array of four billion strings, in a file that could hold them.
        using var writer = new GgufWriter("llama");
        writer.Add("tokenizer.ggml.tokens", ["a"]);
        var bytes = ModelHeader.Written(writer).Bytes;
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.AsSpan().LastIndexOf("tokens"u8) + 6 + 4 + 4), 4_000_000_000UL);
        var remote = new Remote(new ModelHeader(bytes, 1L << 40), "Tiny.gguf");

        var failure = await Assert.ThrowsAsync<ModelCacheException>(remote.ReadAsync);

        Assert.Contains("64 MiB", failure.Message, StringComparison.Ordinal);
        Assert.Single(remote.Ranges);
    }

    [Fact]
    public async Task A_header_that_grows_and_grows_is_given_up_at_the_cap()
    {
        using var writer = new GgufWriter("llama");
        writer.Add("tokenizer.ggml.tokens", ["a"]);
        var bytes = ModelHeader.Written(writer).Bytes;

        // Seven million strings may take 56 MiB; behind them come zeros, which are strings without end.
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.AsSpan().LastIndexOf("tokens"u8) + 6 + 4 + 4), 9_000_000UL);
        var remote = new Remote(new ModelHeader(bytes, 1L << 40), "Tiny.gguf");

        await Assert.ThrowsAsync<ModelCacheException>(remote.ReadAsync);

        Assert.InRange(remote.Ranges.Sum(range => (long)range.Count), 2 * MiB, 64 * MiB);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>Log in</html>")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00")]
    public async Task Something_else_is_refused_with_what_to_do(string content)
    {
        var remote = new Remote(new ModelHeader(System.Text.Encoding.UTF8.GetBytes(content), content.Length), "Tiny.gguf");

        var failure = await Assert.ThrowsAsync<ModelCacheException>(remote.ReadAsync);

        Assert.Equal(CacheFault.HubFailed, failure.Fault);
        Assert.Contains("Tiny.gguf", failure.Message, StringComparison.Ordinal);
        Assert.Contains("GGUF are missing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tensors_that_the_file_is_too_short_for_are_refused()
    {
        var header = ModelHeader.Llama();
        var remote = new Remote(header with { FileBytes = header.FileBytes - 64 }, "Tiny.gguf");

        Assert.Equal(CacheFault.HubFailed, (await Assert.ThrowsAsync<ModelCacheException>(remote.ReadAsync)).Fault);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Bytes_that_were_not_asked_for_are_refused(int difference)
    {
        var remote = new Remote(ModelHeader.Llama(), "Tiny.gguf") { Difference = difference };

        Assert.Equal(CacheFault.HubFailed, (await Assert.ThrowsAsync<ModelCacheException>(remote.ReadAsync)).Fault);
    }

    [Theory]
    [InlineData("Tiny-00001-of-00003.gguf", 0u, 3u, null)]
    [InlineData("Tiny-00001-of-00002.gguf", 0u, 3u, "of 2 files by its name, but of 3 by its header")]
    [InlineData("Tiny-00001-of-00002.gguf", null, null, "of 2 files by its name, but of 1 by its header")]
    [InlineData("Tiny-00001-of-00001.gguf", null, null, null)]
    [InlineData("Tiny-00001-of-00003.gguf", 1u, 3u, "is file 2 of its model by its header")]
    [InlineData("Tiny.gguf", 0u, 3u, "is one of 3 files by its header, but is not named so")]
    [InlineData("Tiny.gguf", 0u, 1u, null)]
    public async Task What_a_header_says_of_a_split_is_held_to_the_name(string path, uint? number, uint? count, string? problem)
    {
        var header = ModelHeader.Llama(writer =>
        {
            if (number is { } no)
            {
                writer.Add("split.no", no);
            }

            if (count is { } all)
            {
                writer.Add("split.count", all);
            }
        });

        var read = await new Remote(header, path).ReadAsync();

        if (problem is null)
        {
            Assert.Empty(read.Problems);
        }
        else
        {
            Assert.Contains(problem, Assert.Single(read.Problems), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(3u, 500u, null, false)]
    [InlineData(3u, 147u, null, true)]
    [InlineData(3u, 146u, "holds 147 tensors of a model that has 146", false)]
    [InlineData(1u, 500u, "holds 147 tensors of a model that has 500", false)]
    public async Task The_weights_of_a_split_are_counted_only_where_they_are_all_in_the_first_file(uint count, uint tensors, string? problem, bool isCounted)
    {
        var header = ModelHeader.Llama(writer =>
        {
            writer.Add("split.count", count);
            writer.Add("split.tensors.count", tensors);
        });

        var read = await new Remote(header, count == 1 ? "Tiny.gguf" : "Tiny-00001-of-00003.gguf").ReadAsync();

        Assert.Equal(isCounted || count == 1, read.Parameters is not null);
        Assert.Equal(problem is null, read.Problems.Count == 0);
        Assert.Contains(problem ?? "", string.Concat(read.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bitnet-b1.58", "I2_S")]
    [InlineData("llama", "Q1_0")]
    public async Task The_file_type_is_read_in_the_dialect_of_the_architecture(string architecture, string label)
    {
        var read = await new Remote(ModelHeader.Llama(writer => writer.Add("general.file_type", 40u), architecture), "model.gguf").ReadAsync();

        Assert.Equal(label, read.FileType?.Text);
    }

    [Fact]
    public async Task A_cancelled_reading_ends()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        var remote = new Remote(ModelHeader.Llama(), "Tiny.gguf") { Cancellation = source.Token };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(remote.ReadAsync);
    }

    /// <summary>A file of which only the header has bytes that are not zero.</summary>
    private sealed class Remote(ModelHeader header, string path)
    {
        public ModelHeader Header { get; } = header;

        public List<(long Offset, int Count)> Ranges { get; } = [];

        public int Difference { get; init; }

        public CancellationToken Cancellation { get; init; } = Patience.Token;

        public Task<RemoteHeader> ReadAsync()
        {
            var file = Listings.Of("acme/tiny", path).Files[0] with { Size = Header.FileBytes };
            var listing = Listings.Of("acme/tiny") with { Files = [file] };
            return RemoteHeader.ReadAsync(VariantScan.Of(listing, _ => 0).Variants[0], FetchAsync, Cancellation);
        }

        private Task<ReadOnlyMemory<byte>> FetchAsync(long offset, int count, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Assert.True(count > 0 && offset + count <= Header.FileBytes);
            Ranges.Add((offset, count));
            var bytes = new byte[count + Difference];
            if (offset < Header.Bytes.Length)
            {
                var there = (int)Math.Min(bytes.Length, Header.Bytes.Length - offset);
                Header.Bytes.AsSpan((int)offset, there).CopyTo(bytes);
            }

            return Task.FromResult<ReadOnlyMemory<byte>>(bytes);
        }
    }
}
