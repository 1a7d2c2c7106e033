using NativeHost.Hardware.Planning;
using NativeHost.Hardware.Planning.Speed;
using NativeHost.Hardware.Probing;
using NativeHost.Hardware.Processor;
using Xunit;

namespace NativeHost.Hardware.Tests.Planning;

public sealed class MemorySpeedTests : IDisposable
{
    private const long GiB = 1L << 30;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("speed-");
    private ProcessorFacts _processor = new() { Name = "A processor", Cores = 4, Threads = 8, UsableCores = 4, UsableThreads = 8 };
    private int _measured;
    private long _bufferBytes;
    private bool _isQuiet = true;
    private double _speed = 2e10;

    [Fact]
    public async Task It_is_measured_a_few_times_for_a_processor_and_the_best_counts()
    {
        var told = new List<double>();
        foreach (var speed in new[] { 1e10, 2e10, 1.5e10, 1e10, 9e10 })
        {
            _speed = speed;
            var bandwidth = (await AskAsync()).Value!;
            told.Add(bandwidth.BytesPerSecond);
            Assert.Equal(PhysicalCores.DefaultThreads, bandwidth.Threads);
        }

        Assert.Equal([1e10, 2e10, 2e10, 2e10, 2e10], told);
        Assert.Equal(MemorySpeed.Measurements, _measured);

        _processor = _processor with { Name = "Another" };
        Assert.Equal(9e10, (await AskAsync()).Value!.BytesPerSecond);
        Assert.Equal(MemorySpeed.Measurements + 1, _measured);
    }

    [Fact]
    public async Task What_was_measured_before_is_told_where_it_cannot_be_measured_again()
    {
        await AskAsync();
        _isQuiet = false;
        Assert.Equal(2e10, (await AskAsync()).Value!.BytesPerSecond);

        _isQuiet = true;
        Assert.Equal(2e10, (await AskAsync(freeBytes: 1)).Value!.BytesPerSecond);
        Assert.Equal(1, _measured);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"processor":"A processor","threads":"many","bytesPerSecond":1}""")]
    [InlineData("""{"processor":"A processor","threads":1,"bytesPerSecond":-1}""")]
    [InlineData("""{"processor":7,"threads":1,"bytesPerSecond":1e400}""")]
    public async Task A_file_that_was_spoiled_is_written_anew(string content)
    {
        await AskAsync();
        var file = Assert.Single(Directory.GetFiles(_folder.FullName));
        await File.WriteAllTextAsync(file, content.Replace("\"threads\":1", $"\"threads\":{PhysicalCores.DefaultThreads}", StringComparison.Ordinal), Patience.Token);

        _speed = 1e10;
        Assert.Equal(1e10, (await AskAsync()).Value!.BytesPerSecond);
        Assert.Contains("measurements\": 1", await File.ReadAllTextAsync(file, Patience.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_written_keeps_nobody_from_knowing()
    {
        var file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "", Patience.Token);

        Assert.NotNull((await AskAsync(file)).Value);
        Assert.NotNull((await AskAsync(file)).Value);
        Assert.Equal(2, _measured);
    }

    [Fact]
    public async Task The_buffer_is_larger_than_the_last_cache_and_no_large_part_of_what_is_free()
    {
        const long MiB = 1024 * 1024;
        _processor = _processor with { Caches = [new(1, CacheKind.Data, 32 * 1024, 8), new(3, CacheKind.Unified, 32 * MiB, 2)] };
        await AskAsync();
        Assert.Equal(192 * MiB, _bufferBytes);

        _processor = _processor with { Name = "Large", Caches = [new(3, CacheKind.Unified, GiB, 1)] };
        await AskAsync();
        Assert.Equal(GiB, _bufferBytes);

        var finding = await AskAsync(name: "Small", freeBytes: (4 * GiB) - 1);
        Assert.Null(finding.Value);
        Assert.Contains("memory", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_not_measured_while_a_model_computes()
    {
        _isQuiet = false;

        var finding = await AskAsync();

        Assert.Null(finding.Value);
        Assert.Contains("generated", finding.Reason, StringComparison.Ordinal);
        Assert.Equal(0, _measured);
    }

    [Fact]
    public void Memory_is_read_faster_than_a_disk_and_slower_than_any_cache()
        => Assert.InRange(BandwidthMeter.Measure(PhysicalCores.DefaultThreads, 64L << 20), 2e8, 5e12);

    [Fact]
    public void A_speed_is_the_bandwidth_by_what_is_read_for_a_token()
    {
        var plan = HandWritten.Of("llama", writer => writer.AddTensor("output.weight", 0, 2048, 1000)).Plan();
        var bandwidth = new Finding<MemoryBandwidth>(new MemoryBandwidth(1e10, 4), null);

        var speed = DecodeSpeed.Of(plan, bandwidth);

        Assert.Equal(1e10 / ((2048 * 1000 * 4) + (16 * 8192 * HandWritten.LayerTokenBytes)), speed.TokensPerSecond!.Value, 6);
        Assert.Null(speed.Reason);
        Assert.Contains("GPU", DecodeSpeed.Of(HandWritten.Of("llama").Plan(new PlanSettings { GpuLayers = 1 }), bandwidth).Reason, StringComparison.Ordinal);
        Assert.Contains("kind", DecodeSpeed.Of(ModelPlanner.OfSize(GiB, new PlanSettings()), bandwidth).Reason, StringComparison.Ordinal);
        Assert.Equal(new DecodeSpeed(null, "Why."), DecodeSpeed.Of(plan, new Finding<MemoryBandwidth>(null, "Why.")));
        Assert.Contains("again", DecodeSpeed.Of(plan, new Finding<MemoryBandwidth>(null, "?", IsPending: true)).Reason, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Asks as a process that has just begun, until it is known.</summary>
    private async Task<Finding<MemoryBandwidth>> AskAsync(string? folder = null, string? name = null, long freeBytes = 8 * GiB)
    {
        var processor = name is null ? _processor : _processor with { Name = name };
        var speed = new MemorySpeed(new KeptBandwidth(folder ?? _folder.FullName), () => processor, () => freeBytes, Measure, () => _isQuiet, TimeProvider.System);
        var finding = await speed.AskAsync(Patience.Token);
        while (finding.IsPending)
        {
            await Task.Yield();
            finding = await speed.AskAsync(Patience.Token);
        }

        return finding;
    }

    private double Measure(int threads, long bytes)
    {
        (_measured, _bufferBytes) = (_measured + 1, bytes);
        return _speed;
    }
}
