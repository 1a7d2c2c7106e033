using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

public sealed class WorkerWidthTests
{
    private readonly ManualTime _time = new();
    private readonly WorkerWidth _width;

    public WorkerWidthTests() => _width = new WorkerWidth(8, TimeSpan.FromSeconds(1), _time, new Pulse());

    [Fact]
    public void Begins_with_two_and_grows_to_the_limit_while_each_one_brings_more()
    {
        Assert.Equal(2, _width.Current);

        Assert.Equal([3, 4, 5, 6, 7, 8, 8], Enumerable.Range(0, 7).Select(_ => After(_width.Current * 1000)));
    }

    [Fact]
    public void One_more_that_brings_nothing_is_taken_back_and_tried_again_later()
    {
        Assert.Equal(3, After(1000));
        Assert.Equal(2, After(1000));

        Assert.Equal(Enumerable.Repeat(2, 20), Enumerable.Range(0, 20).Select(_ => After(1000)));
        Assert.Equal(3, After(1000));
    }

    [Fact]
    public void Trouble_halves_them_once_for_all_that_met_it_and_they_grow_again_after_a_rest()
    {
        for (var i = 0; i < 6; i++)
        {
            After(_width.Current * 1000);
        }

        Assert.Equal(8, _width.Current);
        for (var worker = 0; worker < 8; worker++)
        {
            _width.Narrow();
        }

        Assert.Equal(4, _width.Current);
        Assert.Equal([4, 4, 4, 4, 5], Enumerable.Range(0, 5).Select(_ => After(_width.Current * 1000)));
    }

    [Fact]
    public void Trouble_that_goes_on_leaves_one()
    {
        for (var i = 0; i < 5; i++)
        {
            _width.Narrow();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, _width.Current);
    }

    private int After(int bytes)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        _width.BytesCame(bytes);
        return _width.Current;
    }
}
