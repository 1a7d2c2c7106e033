namespace NativeHost.Hardware.Graphics;

/// <summary>Makes one list of GPUs of what several sources tell of the same ones.</summary>
internal static class GraphicsMerge
{
    /// <summary>
    /// Adds what a driver's tool knows to what the system tells; those that the system does not show come behind. Where the tool shows any
    /// of NVIDIA's, it shows all that this process may use: in a container the bus has those of others, too.
    /// </summary>
    public static IReadOnlyList<GraphicsDevice> WithTool(IReadOnlyList<GraphicsDevice> devices, IReadOnlyList<GraphicsDevice> tool)
    {
        var merged = devices.ToList();
        var isShown = devices.Select(device => device.Vendor != GraphicsVendor.Nvidia || tool.Count == 0).ToList();
        foreach (var told in tool)
        {
            var at = merged.FindIndex(device => device.PciAddress is not null && device.PciAddress == told.PciAddress);
            if (at < 0)
            {
                // Without an address, names are all there is.
                at = merged.FindIndex(device => device.PciAddress is null && device.Name == told.Name && device.FreeBytes is null);
            }

            if (at < 0)
            {
                merged.Add(told);
                isShown.Add(true);
                continue;
            }

            isShown[at] = true;
            merged[at] = merged[at] with
            {
                Name = told.Name,
                Driver = merged[at].Driver ?? told.Driver,
                DriverVersion = told.DriverVersion ?? merged[at].DriverVersion,
                TotalBytes = told.TotalBytes ?? merged[at].TotalBytes,
                FreeBytes = told.FreeBytes,
                SharesMemory = told.SharesMemory,
            };
        }

        return [.. merged.Where((_, at) => isShown[at])];
    }

    /// <summary>Says which of the engine's devices each GPU is; those of the engine that nobody else shows come behind.</summary>
    public static IReadOnlyList<GraphicsDevice> WithEngine(IReadOnlyList<GraphicsDevice> devices, IEnumerable<EngineDevice> engine)
    {
        var merged = devices.ToList();
        foreach (var told in engine.Where(device => device.IsGpu))
        {
            // One GPU may be there for two libraries of the engine's; models go to the first.
            if (merged.Exists(device => device.Engine is { } known && IsSame(known, told)))
            {
                continue;
            }

            var at = Find(merged, told);
            if (at < 0)
            {
                merged.Add(Joined(new GraphicsDevice { Vendor = GraphicsVendors.OfName(told.Description) }, told));
            }
            else
            {
                merged[at] = Joined(merged[at], told);
            }
        }

        return merged;
    }

    private static bool IsSame(EngineDevice known, EngineDevice told)
        => known.PciAddress is not null && known.PciAddress == told.PciAddress;

    /// <summary>By the address on the bus; else by the name; else by the maker, where only one GPU is of that one.</summary>
    private static int Find(List<GraphicsDevice> devices, EngineDevice told)
    {
        if (told.PciAddress is { } address && devices.FindIndex(device => device.PciAddress == address) is >= 0 and var there)
        {
            return there;
        }

        var vendor = GraphicsVendors.OfName(told.Description);
        var open = devices.Where(device => device.Engine is null && (told.PciAddress is null || device.PciAddress is null)).ToList();
        var meant = open.Find(device => device.Name is { } name && IsNamed(told.Description, name))
            ?? (open.Where(device => device.Vendor == vendor && vendor != GraphicsVendor.Unknown).ToList() is [var only] ? only : null);
        return meant is null ? -1 : devices.IndexOf(meant);
    }

    private static bool IsNamed(string description, string name)
        => description.Contains(name, StringComparison.OrdinalIgnoreCase) || name.Contains(description, StringComparison.OrdinalIgnoreCase);

    private static GraphicsDevice Joined(GraphicsDevice device, EngineDevice engine)
    {
        var vendor = device.Vendor == GraphicsVendor.Unknown ? GraphicsVendors.OfName(engine.Description) : device.Vendor;

        // llama.cpp takes Apple's for cards.
        var shares = engine.Kind == EngineDeviceKind.IntegratedGpu || vendor == GraphicsVendor.Apple || device.SharesMemory == true;
        return device with
        {
            Name = device.Name ?? engine.Description,
            Vendor = vendor,
            PciAddress = device.PciAddress ?? engine.PciAddress,
            SharesMemory = shares,

            // Of shared memory the system tells only the part that is set aside.
            TotalBytes = shares ? engine.TotalBytes : device.TotalBytes ?? engine.TotalBytes,
            FreeBytes = shares ? engine.FreeBytes : device.FreeBytes ?? engine.FreeBytes,
            IsFreeByEngine = shares || device.FreeBytes is null,
            Engine = engine,
        };
    }
}
