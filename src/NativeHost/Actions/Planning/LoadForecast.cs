using NativeHost.Actions.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.Inference.Machine;
using NativeHost.Planning;
using InsufficientMemoryException = NativeHost.Inference.InsufficientMemoryException;

namespace NativeHost.Actions.Planning;

/// <summary>What a load would do with the memory that there is, and what would fit where it does not.</summary>
internal sealed class LoadForecast
{
    private readonly ILoadPlan _plan;
    private readonly MemoryRoom _room;

    private LoadForecast(ILoadPlan plan, MemoryRoom room, MemoryPlan asked, MemoryPlan? chosen, IReadOnlyList<string> notes)
        => (_plan, _room, Asked, Chosen, Notes) = (plan, room, asked, chosen, notes);

    /// <summary>With the context and the layers on GPUs that are wanted, whether that fits or not.</summary>
    public MemoryPlan Asked { get; }

    /// <summary>As it would be loaded; null where it does not fit.</summary>
    public MemoryPlan? Chosen { get; }

    /// <summary>What would be loaded, or would have to fit.</summary>
    public MemoryPlan Shown => Chosen ?? _plan.With(Asked.Settings.ContextTokens);

    /// <summary>In what the load would differ from what is wanted, or why it would fail.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Whether it fits as it is wanted.</summary>
    public bool FitsAsAsked => _plan.Fits(Asked);

    /// <summary>Of a load that takes what is free, and lets other models leave the memory only where that does not do.</summary>
    /// <param name="packing">What the processor makes llama.cpp do.</param>
    /// <param name="cacheTypeId">As for <see cref="LoadPlans.Of"/>.</param>
    public static LoadForecast Of(PlannedModel model, ModelLoadOptions options, MemoryBudget budget, CpuPacking packing, uint? cacheTypeId = null)
    {
        var planner = model.Header is null ? null : new ModelPlanner(model.Header, packing);
        var forecast = In(budget.RoomOf(budget.AvailableRam));
        return forecast.Chosen is null && budget.RoomRam > budget.AvailableRam ? In(budget.RoomOf(budget.RoomRam)) : forecast;

        LoadForecast In(MemoryRoom room)
            => Of(
                planner is null ? new SizeLoadPlan(model.FileBytes, options, room) : LoadPlans.Of(planner, options, room, cacheTypeId),
                options,
                model.Header?.First.ContextLength ?? 0,
                room);
    }

    /// <param name="trainedTokens">The model's own context; 0 where that is not known.</param>
    private static LoadForecast Of(ILoadPlan plan, ModelLoadOptions options, int trainedTokens, MemoryRoom room)
    {
        var trained = trainedTokens > 0 ? trainedTokens : int.MaxValue;
        var wanted = Math.Min(options.ContextTokens ?? ContextChoice.DefaultTokens, trained);
        var asked = plan.With(wanted, plan.WantedGpuLayers);
        var notes = new List<string>();
        try
        {
            return new LoadForecast(plan, room, asked, plan.Choose(notes), notes);
        }
        catch (InsufficientMemoryException e)
        {
            return new LoadForecast(plan, room, asked, chosen: null, [e.Message]);
        }
    }

    /// <summary>The ways to divide the model between GPUs and the processor that fit, the fastest first.</summary>
    public IEnumerable<MemoryPlan> Ways()
    {
        var contextTokens = Shown.Settings.ContextTokens;
        var all = _plan.WantedGpuLayers;
        var part = _plan.With(contextTokens);
        MemoryPlan[] ways = part.Settings.GpuLayers is > 0 and var layers && layers < all
            ? [_plan.With(contextTokens, all), part, _plan.With(contextTokens, 0)]
            : all > 0 ? [_plan.With(contextTokens, all), _plan.With(contextTokens, 0)]
            : [part];
        return ways.Where(_plan.Fits);
    }

    /// <summary>The largest context that fits with all wanted layers on GPUs, else with those that fit there; null where none is of use.</summary>
    public MemoryPlan? ShorterContext()
    {
        var wanted = Asked.Settings.ContextTokens;
        return Largest(tokens => _plan.With(tokens, _plan.WantedGpuLayers)) ?? Largest(_plan.With);

        MemoryPlan? Largest(Func<int, MemoryPlan> with)
        {
            var tokens = ContextChoice.LargestFitting(wanted, candidate => new MemoryDemand(_plan.Fits(with(candidate)) ? 0 : 1, 0));
            return tokens < wanted && tokens >= Math.Min(wanted, ContextChoice.LeastTokens) ? with(tokens) : null;
        }
    }

    /// <summary>The wanted context with as many layers on GPUs as fit; null where that does not fit either.</summary>
    public MemoryPlan? FewerGpuLayers() => _plan.With(Asked.Settings.ContextTokens) is var plan && _plan.Fits(plan) ? plan : null;

    /// <summary>What the same model takes in another quant, as wanted else: all but the weights stays. Null where that fits nowhere.</summary>
    /// <param name="fileBytes">Of the other quant's files.</param>
    public long? BytesWith(long fileBytes)
    {
        var bytes = (Int128)Asked.TotalBytes - Asked.Weights.Bytes + fileBytes;
        return bytes <= (Int128)_room.MachineBytes + (_room.GpuBytes ?? 0) ? (long)bytes : null;
    }
}
