using NativeHost.BitNet.Reading;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Tests.Reading;

/// <summary>The file that is mapped need not be the one whose header was read: it may have been replaced in between.</summary>
public sealed class StoredRowsTests
{
    private const int TailBytes = 32;
    private const int RowBytes = 64;

    [Theory]
    [InlineData(1)]
    [InlineData(TailBytes)]
    [InlineData(TailBytes + 1)]
    [InlineData(20_000)]
    public void Rows_that_the_mapping_does_not_hold_are_refused(int missing)
    {
        var bytes = new SampleModel().Written();
        using var whole = new SampleFile(bytes);
        using var cut = new SampleFile(bytes[..^missing]);
        var header = GgufFile.Read(whole.Path);
        using var mapping = new ModelMapping(cut.Path);

        var wrong = Assert.Throws<ModelFormatException>(() => new StoredRows(header, mapping, header.Tensors[^1], RowBytes, TailBytes));

        Assert.StartsWith("tensor blk.0.ffn_down.weight has 16416 bytes, but the file ends at ", wrong.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_byte_of_the_file_is_the_last_of_the_tail()
    {
        var sample = new SampleModel();
        using var whole = new SampleFile(sample.Written());
        var header = GgufFile.Read(whole.Path);
        using var mapping = new ModelMapping(whole.Path);

        var rows = new StoredRows(header, mapping, header.Tensors[^1], RowBytes, TailBytes);

        var data = sample.Tensors[TensorNames.Of(0, MatrixRole.Down)].Data;
        Assert.Equal(data.AsSpan(0, RowBytes), rows.Row(0));
        Assert.Equal(data.AsSpan(255 * RowBytes, RowBytes), rows.Row(255));
        Assert.Equal(data.AsSpan(^TailBytes), rows.Tail);
        Assert.Equal(new FileInfo(whole.Path).Length, mapping.Length);
    }

    [Fact]
    public void A_row_that_was_cut_off_since_the_file_was_opened_is_an_error_where_rows_are_copied()
    {
        var sample = new SampleModel();
        using var file = new SampleFile(sample.Written());
        var header = GgufFile.Read(file.Path);
        using var mapping = new ModelMapping(file.Path);
        var rows = new StoredRows(header, mapping, header.Tensors[^1], RowBytes, TailBytes);
        var row = new byte[RowBytes];

        rows.Copy(255, row);
        Assert.Equal(sample.Tensors[TensorNames.Of(0, MatrixRole.Down)].Data.AsSpan(255 * RowBytes, RowBytes).ToArray(), row);

        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody cut a mapped file.");
        using (var cutting = new FileStream(file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            cutting.SetLength(mapping.Length - TailBytes - 1);
        }

        var wrong = Assert.Throws<ModelFormatException>(() => rows.Copy(255, row));
        Assert.Equal("row 255 of tensor blk.0.ffn_down.weight is not there any more.", wrong.Problem);
        rows.Copy(254, row);
    }

    [Theory]
    [InlineData(0, 10, true)]
    [InlineData(10, 0, true)]
    [InlineData(9, 2, false)]
    [InlineData(11, 0, false)]
    [InlineData(-1, 1, false)]
    [InlineData(0, -1, false)]
    [InlineData(5, long.MaxValue, false)]
    [InlineData(long.MaxValue, 5, false)]
    public void A_mapping_knows_which_bytes_it_holds(long offset, long bytes, bool holds)
    {
        using var file = new SampleFile(new byte[10]);
        using var mapping = new ModelMapping(file.Path);

        Assert.Equal(holds, mapping.Holds(offset, bytes));
    }
}
