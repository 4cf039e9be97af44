// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Wallet} from "./Wallet.sol";

/// Makes wallets at addresses that are known before. EIP-1014.
contract WalletFactory {
    function create(address owner, bytes32 salt) external {
        new Wallet{salt: salt}(owner);
    }
}
